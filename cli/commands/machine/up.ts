// SPDX-License-Identifier: Apache-2.0
// `holdfast up`: starts what is dead and says where everything is; on request after each boot, and boxes too.
import {
  formatOptions,
  quietOption,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { askMachine } from '../../local/machine.ts';
import { startInstalls } from '../../records/start-installs.ts';
import { superviseEvents, type SupervisorEvent } from '../../local/supervisor.ts';
import type { ReadyTemporal } from '../../temporal/temporal-client.ts';
import { aligned } from '../../terminal/columns.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

interface BootResult {
  readonly unit: string;
  readonly path: string;
  readonly isChanged: boolean;
}

export const up: Command = {
  words: ['up'],
  summary: 'start Temporal and the worker, whichever is dead',
  arguments: [],
  options: [
    { flags: '--boot', text: 'install a systemd unit that does it at each boot', group: 'Run' },
    { flags: '--boxes', text: 'also start an install of each recorded box', group: 'Run' },
    ...formatOptions('print one JSON document on stdout'),
    quietOption,
  ],
  examples: ['up', 'up --boot', 'up --boxes'],
  run: async (context, _, options) => {
    const { io } = context;
    const events = await superviseEvents(io, 'up', (event) => {
      const line = lineOf(event);
      if (line !== null && options['quiet'] !== true) io.stderr.write(`${line}\n`);
    });
    const ready = events.find((event) => event.type === 'ready');
    if (ready?.type !== 'ready') return exitCodes.bug.code;
    const installs = options['boxes'] === true ? await startInstalls(context) : undefined;
    const boot = options['boot'] === true ? await installUnit(context) : undefined;
    print(context, options, ready, {
      ...(installs !== undefined && { installs }),
      ...(boot !== undefined && { boot }),
    });
    return exitCodes.done.code;
  },
};

async function installUnit({ io }: CommandContext): Promise<BootResult> {
  const result = await askMachine<BootResult>(io, ['boot']);
  const { unit, path, isChanged } = result;
  io.stderr.write(
    isChanged ? `installed ${path}: ${unit} runs at each boot\n` : `${unit} is as it should be\n`,
  );
  return result;
}

interface Extra {
  readonly installs?: readonly string[];
  readonly boot?: BootResult;
}

function print(
  { io, stateDirectory }: CommandContext,
  options: Options,
  { address, namespace, mode, uiUrl, uiLink, metricsUrl }: ReadyTemporal,
  extra: Extra,
): void {
  if (isForPrograms(options)) {
    const facts = { address, namespace, mode, uiUrl, uiLink, metricsUrl, stateDirectory, ...extra };
    writeDocument(io, options, facts);
    return;
  }
  const cells = [
    ['Temporal', `${address} (${mode}, namespace ${namespace})`],
    ...(uiUrl === undefined ? [] : [['UI', uiText(io.stdout.isTty, uiUrl, uiLink)]]),
    ...(uiLink === undefined ? [] : [['page', pageText(io.stdout.isTty, uiLink)]]),
    ...(metricsUrl === undefined ? [] : [['metrics', metricsUrl]]),
    ['state', stateDirectory],
    ...(extra.installs ?? []).map((id) => ['install', id]),
  ];
  for (const line of aligned(cells)) io.stdout.write(`${line}\n`);
}

/** What is no terminal may be a log that others read, such as the journal: the link, which lets one in, is not for it. */
function uiText(isTty: boolean, uiUrl: string, uiLink: string | undefined): string {
  if (uiLink === undefined) return uiUrl;
  return isTty ? uiLink : `${uiUrl} (in a terminal this is a link that lets you in)`;
}

/** The overview lies beside Temporal's UI, behind the same token. */
function pageText(isTty: boolean, uiLink: string): string {
  const link = new URL(uiLink);
  link.pathname = '/holdfast';
  if (!isTty) link.search = '';
  return link.href;
}

function lineOf(event: SupervisorEvent): string | null {
  if (event.type === 'progress') return event.text;
  if (event.type === 'started') return `started ${event.what} (pid ${event.pid})`;
  if (event.type === 'already-running') return `${event.what} runs already (pid ${event.pid})`;
  return null;
}
