// SPDX-License-Identifier: Apache-2.0
// How a run that ended is started again: the command with what it was given, and the hint without the answers that only an
// open run takes. Pure.
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import type { Operation } from '../../workflows/contracts/run/operation.ts';
import { crlDaysLeft } from '../../workflows/contracts/authority/root-crl.ts';
import { segmentBytesDefault } from '../../workflows/contracts/mirror/bundle.ts';
import { operations, type Slug } from '../../workflows/operations/index.ts';
import { inputParserOf, type InputOf } from '../../workflows/operations/inputs.schema.ts';
import { commandLine, type Flags } from '../terminal/command-line.ts';
import { namesOf } from './progress-sources.ts';

interface Words {
  readonly words: string;
  readonly args: readonly string[];
  readonly flags?: Flags;
}

const named =
  (words: string, flags: Flags = {}) =>
  ({ name }: { readonly name: string }): Words => ({ words, args: [name], flags });

/** Of the spec of a file: until a run has recorded it, the file has to be named. */
const bySpec =
  (words: string, flags: Flags = {}) =>
  ({ name }: { readonly name: string }, isRecorded: boolean): Words => ({
    words,
    args: [isRecorded ? name : 'FILE'],
    flags,
  });

interface Rotation {
  readonly name: string;
  readonly users?: readonly string[] | null;
  readonly due: boolean;
  readonly emergency: boolean;
}

const rotation = ({ name, users, due, emergency }: Rotation, kind?: string): Words => ({
  words: 'credentials rotate',
  args: [name, ...(users ?? [])],
  flags: { '--kind': kind, '--due': due, '--emergency': emergency },
});

/**
 * By operation; null where no command of a person starts it with this input. --take-over is not repeated: it was for the
 * holder that stood in the way then.
 */
const commandsOf: { readonly [S in Slug]: ((input: InputOf<S>, isRecorded: boolean) => Words) | null } = {
  'acknowledge-credential': ({ name, user, consumer, generation }) => ({
    words: 'credentials ack',
    args: [name, user],
    flags: { '--consumer': consumer, '--generation': String(generation) },
  }),
  canary: ({ cloud, cloudsFile, image, flavor, externalNetwork }) => ({
    words: 'canary run',
    args: [cloud],
    flags: { '--clouds': cloudsFile, '--image': image, '--flavor': flavor, '--external': externalNetwork },
  }),
  'audit-mirror': named('mirrors audit'),
  // Its input is the spec that came of it, not the item that was asked for.
  'change-mirror': null,
  'destroy-box': named('box destroy'),
  'destroy-ca': ({ name, leaveBoxes }) => ({
    words: 'ca destroy',
    args: [name],
    flags: { '--leave-boxes': leaveBoxes },
  }),
  'destroy-mirror': named('mirrors destroy'),
  drift: named('box drift'),
  'dump-box': named('box dump'),
  'export-bundle': ({ name, folder, since, segmentBytes }) => ({
    words: 'mirrors export',
    args: [name],
    flags: {
      '--to': folder,
      '--since': since ?? undefined,
      '--segment-bytes': segmentBytes === segmentBytesDefault ? undefined : String(segmentBytes),
    },
  }),
  'import-bundle': ({ name, folder }) => ({ words: 'mirrors import', args: [name, folder] }),
  'push-images': ({ name, to }) => ({ words: 'mirrors push', args: [name], flags: { '--to': to } }),
  'install-box': bySpec('box install'),
  'install-mirror': bySpec('mirrors install'),
  plan: bySpec('box plan'),
  'plan-mirror': bySpec('mirrors install', { '--plan': true }),
  'issue-ca': named('ca issue'),
  'plan-ca': named('ca issue', { '--plan': true }),
  'issue-crl': ({ name, daysLeft }) => ({
    words: 'ca crl',
    args: [name],
    flags: { '--days-left': daysLeft === crlDaysLeft ? undefined : String(daysLeft) },
  }),
  'install-ca': named('ca install'),
  'plan-ca-box': named('ca install', { '--plan': true }),
  'activate-ca': ({ name, generation }) => ({ words: 'ca activate', args: [name, String(generation)] }),
  'revoke-ca': ({ name, serial, why }) => ({
    words: 'ca revoke',
    args: [name, serial],
    flags: { '--reason': why },
  }),
  'drill-compromise': ({ name, why }) => ({
    words: 'ca drill',
    args: ['compromise', name],
    flags: { '--reason': why },
  }),
  'migrate-database': ({ name, service }) => ({ words: 'db migrate', args: [service, name] }),
  'database-status': ({ name, service }) => ({
    words: 'db migrate',
    args: [service, name],
    flags: { '--plan': true },
  }),
  'migrate-nova': named('nova migrate'),
  'nova-status': named('nova status'),
  'refresh-mirrors': named('mirrors refresh'),
  'plan-refresh': named('mirrors refresh', { '--plan': true }),
  'renew-certificates': named('credentials rotate', { '--kind': 'certificates', '--due': true }),
  'restore-box': ({ name, dump }) => ({ words: 'box restore', args: [name, dump] }),
  'restore-nova': ({ name, dump }) => ({ words: 'nova restore', args: [name], flags: { '--backup': dump } }),
  'rollback-mirror': ({ name, revision }) => ({
    words: 'mirrors rollback',
    args: revision === null ? [name] : [name, revision],
  }),
  'rotate-admin': named('credentials rotate', { '--kind': 'admin' }),
  'rotate-cloud': (input) => rotation(input),
  'rotate-credentials': (input) => rotation(input),
  'rotate-keys': (input) => rotation(input, input.kind),
  'start-box': named('box start'),
  'stop-box': named('box stop'),
  'update-box': named('box update'),
  'revert-update': named('box update', { '--back': true }),
  'plan-update': named('box update', { '--plan': true }),
  'upgrade-box': bySpec('box upgrade'),
  'plan-upgrade': bySpec('box upgrade', { '--plan': true }),
};

/** The command that starts a run again by its input; null where there is none, or the input is not that of this release. */
export function startAgainCommand(id: string, rawInput: unknown, progress: Progress | null): string | null {
  const slug = namesOf(id).operation;
  const operation: Operation | undefined = Object.values(operations).find((each) => each.slug === slug);
  if (operation === undefined) return null;
  const input = inputParserOf(operation)(rawInput);
  const commandOf = commandsOf[slug as Slug] as ((input: object, isRecorded: boolean) => Words) | null;
  if (commandOf === null || !input.ok) return null;
  const isRecorded = progress?.steps.some(({ touched, status }) => touched === true || status === 'changed');
  const { words, args, flags } = commandOf(input.value, isRecorded === true);
  return commandLine(words, args, flags);
}

/** A hint for a run that has ended: nobody resolves, answers or waits for it any more. */
export function hintOfEnded(hint: string): string {
  return hint
    .replace(
      /; the run goes on by itself, or after --retry once it waits for a person/,
      ', then start it again',
    )
    .replace(/,? then answer it, or resolve it with --retry/, ', then start it again')
    .replace(/resolve (it|the step) with --retry/, 'start it again');
}
