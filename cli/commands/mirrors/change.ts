// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors add` and `remove`: one thing more or less in what a mirror serves, recorded once clients took it.
import { changeOf, type ChangeRequest } from '../../../workflows/contracts/mirror/change/change.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import {
  mirrorKinds,
  type MirrorKind,
  type MirrorSpec,
} from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { MirrorStatus } from '../../../workflows/contracts/mirror/revision.ts';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import {
  runOptions,
  takeOverOption,
  watchOptions,
  type Command,
  type CommandContext,
  type Options,
} from '../../command.ts';
import { mirrorStatus, requireMirror } from '../../records/mirror-records.ts';
import { recordWantedMirror, specDigestOf } from '../../records/wanted-spec.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { mirrorLines } from '../../views/text/mirror-text.ts';
import { mirrorNameArgument } from './refresh.ts';

const shared = {
  arguments: [
    mirrorNameArgument,
    { name: 'kind', text: `what it is: ${mirrorKinds.join(', ')}` },
    {
      name: 'item',
      text: 'its name, as apt, pip, podman or ansible-galaxy is told of it; of git URL#REF; several are one change',
      isVariadic: true,
    },
  ],
  options: [
    { flags: '--to <source>', text: 'the source of that kind; default: the one that there is', group: 'Run' },
    { flags: '--plan', text: 'only show what would change in the spec', group: 'Plan' },
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
} as const;

export const mirrorsAdd: Command = {
  words: ['mirrors', 'add'],
  summary: 'mirror one thing more, and publish it once clients took it',
  ...shared,
  examples: [
    'mirrors add local-mirror deb curl jq',
    "mirrors add local-mirror pypi 'requests>=2.31'",
    'mirrors add local-mirror oci docker.io/library/busybox:stable',
    "mirrors add local-mirror ansible 'community.general:>=8'",
    'mirrors add local-mirror git https://opendev.org/openstack/kolla-ansible#master',
  ],
  run: (context, words, options) => change(context, 'add', words, options),
};

export const mirrorsRemove: Command = {
  words: ['mirrors', 'remove'],
  summary: 'mirror one thing less; kept revisions still have it',
  ...shared,
  examples: ['mirrors remove local-mirror deb curl', 'mirrors remove local-mirror pypi requests --plan'],
  run: (context, words, options) => change(context, 'remove', words, options),
};

async function change(
  context: CommandContext,
  action: ChangeRequest['action'],
  [argument = '', kindWord = '', ...items]: readonly string[],
  options: Options,
): Promise<number> {
  const { io } = context;
  const spec = await requireMirror(context, argument);
  const { name } = spec;
  const kind = kindOf(kindWord);
  const { to } = options;
  if (items.length === 0)
    throw new CliError('usage', 'Name at least one item; nothing was started', {
      next: `holdfast mirrors ${action} ${name} ${kind} ITEM`,
    });
  const requests = items.map((item) => ({ action, kind, item, to: typeof to === 'string' ? to : null }));
  const { next, lines } = changedSpec(spec, requests);
  if (lines.length === 0) {
    io.stderr.write(`Mirror ${name} has it already: nothing was changed\n`);
    return exitCodes.done.code;
  }
  for (const line of lines) io.stderr.write(`${line}\n`);
  if (options['plan'] === true) return exitCodes.done.code;
  const wanted = await recordWantedMirror(context, next);
  const status = await mirrorStatus(context, name);
  const input = {
    ...wanted,
    base: specDigestOf(spec),
    kind: isPublished(status, next, kind) ? kind : null,
    takeOver: options['takeOver'] === true,
  };
  return runOperation(
    context,
    options,
    {
      operation: operations.changeMirror,
      subject: name,
      input,
      replaceCommand: `holdfast op watch ${operationId(operations.changeMirror, name)}; then give the command again`,
    },
    async () => {
      const after = await mirrorStatus(context, name);
      for (const line of after === null ? [] : mirrorLines(name, after, io.now()))
        io.stdout.write(`${line}\n`);
      io.stderr.write(
        `The spec of ${name} has it. Its file does not: change that too, since mirrors install FILE goes by the file\n`,
      );
    },
  );
}

/** @throws CliError (exit 2) */
function kindOf(word: string): MirrorKind {
  const kind = mirrorKinds.find((each) => each === word);
  if (kind !== undefined) return kind;
  const near = nearestName(word, mirrorKinds);
  throw new CliError('usage', `${JSON.stringify(word)} is not a kind of what is mirrored`, {
    details: [...(near === undefined ? [] : [`Did you mean ${near}?`]), `kinds: ${mirrorKinds.join(', ')}`],
  });
}

/** @throws CliError (exit 2) for what is not there, and for a spec that the schema refuses */
function changedSpec(
  spec: MirrorSpec,
  requests: readonly ChangeRequest[],
): { readonly next: MirrorSpec; readonly lines: readonly string[] } {
  if (spec.receives !== undefined)
    throw new CliError('usage', `The mirror ${spec.name} takes bundles of ${spec.receives.site}`, {
      next: `Change ${spec.receives.site}, export it, then holdfast mirrors import ${spec.name} FOLDER`,
    });
  let next = spec;
  const lines: string[] = [];
  for (const request of requests) {
    const changed = changeOf(next, request);
    if (!changed.ok) throw new CliError('usage', changed.problem, { details: changed.details });
    const parsed = parseMirrorSpec(changed.spec);
    if (!parsed.ok)
      throw new CliError('usage', `The mirror ${spec.name} cannot be changed so; nothing was done`, {
        details: parsed.issues.map(({ path, message }) => `${path}: ${message}`),
      });
    next = parsed.value;
    lines.push(...changed.lines);
  }
  return { next, lines };
}

/** Whether every other kind that it is to have has something published that can be kept. */
function isPublished(status: MirrorStatus | null, spec: MirrorSpec, changed: MirrorKind): boolean {
  if (status === null) return false;
  const published: Readonly<Record<MirrorKind, number>> = {
    deb: status.suites.length,
    pypi: status.indexes.length,
    oci: status.registries.length,
    ansible: status.galaxies.length,
    git: status.repositories.length,
  };
  return mirrorKinds.every(
    (kind) => kind === changed || (spec[kind] ?? []).length === 0 || published[kind] > 0,
  );
}
