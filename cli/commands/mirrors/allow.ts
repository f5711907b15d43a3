// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors allow` and `refuse`: what a person decides on a host that clients ask the proxy of a mirror for.
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorProxy, MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { allowing, refusing } from '../../../workflows/contracts/mirror/proxy/decision.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { requireMirror } from '../../records/mirror-records.ts';
import { recordWantedMirror, specDigestOf } from '../../records/wanted-spec.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { mirrorNameArgument } from './refresh.ts';

const shared = {
  arguments: [
    mirrorNameArgument,
    { name: 'host', text: 'a host, or with a dot before it all names below it: .debian.org' },
  ],
  options: [...runOptions, takeOverOption, ...watchOptions],
} as const;

interface Decision {
  readonly verb: 'let through' | 'refuse';
  readonly sign: '+' | '-';
  readonly decide: (proxy: MirrorProxy, host: string) => MirrorProxy;
  readonly already: (host: string) => string;
}

export const mirrorsAllow: Command = {
  words: ['mirrors', 'allow'],
  summary: 'have the proxy of a mirror let one host more through',
  ...shared,
  examples: ['mirrors allow local-mirror pypi.org', 'mirrors allow local-mirror .debian.org'],
  run: (context, [argument = '', host = ''], options) =>
    decide(context, argument, host, options, {
      verb: 'let through',
      sign: '+',
      decide: allowing,
      already: (each) => `lets ${each} through already`,
    }),
};

export const mirrorsRefuse: Command = {
  words: ['mirrors', 'refuse'],
  summary: 'have the proxy of a mirror refuse a host for good, unasked',
  ...shared,
  examples: ['mirrors refuse local-mirror telemetry.example.org'],
  run: (context, [argument = '', host = ''], options) =>
    decide(context, argument, host, options, {
      verb: 'refuse',
      sign: '-',
      decide: refusing,
      already: (each) => `refuses ${each} already`,
    }),
};

async function decide(
  context: CommandContext,
  argument: string,
  host: string,
  options: Options,
  decision: Decision,
): Promise<number> {
  const { io } = context;
  const spec = await requireMirror(context, argument);
  const { name } = spec;
  const next = decided(spec, host, decision);
  if (specDigestOf(next) === specDigestOf(spec)) {
    io.stderr.write(`The proxy of ${name} ${decision.already(host)}: nothing was changed\n`);
    return exitCodes.done.code;
  }
  const wanted = await recordWantedMirror(context, next);
  io.stderr.write(`${decision.sign} proxy: ${host}\n`);
  const input = { ...wanted, base: specDigestOf(spec), takeOver: options['takeOver'] === true };
  return runOperation(
    context,
    options,
    {
      operation: operations.installMirror,
      subject: name,
      input,
      replaceCommand: `holdfast op watch ${operationId(operations.installMirror, name)}; then give the command again`,
    },
    () => {
      io.stderr.write(
        `The spec of ${name} has it. Its file does not: change that too, since mirrors install FILE goes by the file\n`,
      );
      return Promise.resolve();
    },
  );
}

/** @throws CliError (exit 2) without a proxy, for what is not a host, and for the refusal of what is allowed */
function decided(spec: MirrorSpec, host: string, { verb, decide: change }: Decision): MirrorSpec {
  const { name, proxy } = spec;
  if (proxy === undefined)
    throw new CliError('usage', `The mirror ${name} has no proxy`, {
      next: 'Name it in the file of the mirror (proxy: {}), then holdfast mirrors install FILE',
    });
  if (verb === 'refuse' && proxy.allow.includes(host))
    throw new CliError('usage', `The proxy of ${name} lets ${host} through; nothing was done`, {
      next: 'Take it out of allow in the file of the mirror, then holdfast mirrors install FILE',
    });
  const parsed = parseMirrorSpec({ ...spec, proxy: change(proxy, host) });
  if (parsed.ok) return parsed.value;
  throw new CliError(
    'usage',
    `The proxy of ${name} cannot ${verb} ${JSON.stringify(host)}; nothing was done`,
    { details: parsed.issues.map(({ path, message }) => `${path}: ${message}`) },
  );
}
