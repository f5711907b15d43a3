// SPDX-License-Identifier: Apache-2.0
// All that one page shows of a state directory: subjects, who must act, canaries, what ends when, and what runs next.
import { join } from 'node:path';
import { testCloudOf, type CanaryRun } from '../../workflows/contracts/canary/canary.ts';
import { parseSamples } from '../../workflows/contracts/canary/canary.schema.ts';
import type { Expiry } from '../../workflows/contracts/box/evidence.ts';
import { operationId, operations } from '../../workflows/operations/index.ts';
import type { CommandContext } from '../command.ts';
import { openAndNewest } from '../runs/open-and-newest.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { TemporalClient } from '../temporal/temporal-client.ts';
import type { BoxFacts } from '../views/text/box-text.ts';
import { listedRun, type ListedRun } from '../views/text/list-text.ts';
import type { ListedSchedule } from '../views/text/schedule-text.ts';
import { authorityStatus } from './authority-status.ts';
import { recordedAuthoritySpecs } from './authority-records.ts';
import { authorityRecordsOf } from './ceremony-records.ts';
import { credentialStatusOf } from './credential-status.ts';
import { factsOfBox } from './box/box-facts.ts';
import { evidenceOf, recordedSpecs } from './box-records.ts';
import { recordedClouds } from './cloud-records.ts';
import { listedSchedules } from './listed-schedules.ts';
import { recordedMirrors } from './mirror-records.ts';

export interface Task {
  /** What waits, such as `install-box/lab` or `authority lab`. */
  readonly subject: string;
  readonly cause: string;
  readonly command: string;
  /** ISO 8601; null: now. */
  readonly by: string | null;
}

export interface CloudCanaries {
  readonly cloud: string;
  /** False for an entry of a clouds.yaml that is neither a box nor a recorded cloud. */
  readonly isRecorded: boolean;
  /** Of the last day, oldest first. */
  readonly runs: readonly CanaryRun[];
}

export interface Overview {
  /** False when Temporal does not answer: runs and schedules are unknown then, not absent. */
  readonly temporalAnswers: boolean;
  readonly boxes: readonly BoxFacts[];
  readonly others: readonly { readonly kind: string; readonly name: string }[];
  readonly tasks: readonly Task[];
  readonly canaries: readonly CloudCanaries[];
  readonly expiries: readonly Expiry[];
  readonly schedules: readonly ListedSchedule[];
  readonly runs: readonly ListedRun[];
}

/** Of the newest; those that wait for a person are among the tasks, however old they are. */
const shownRunsMax = 15;
const dayMilliseconds = 86_400_000;

/** `client` is null when Temporal does not answer. One record's damage is a task, and hides no other. */
export async function overviewOf(context: CommandContext, client: TemporalClient | null): Promise<Overview> {
  const now = context.io.now();
  const boxes = await recordedSpecs(context);
  const [authorities, clouds, mirrors] = await Promise.all([
    recordedAuthoritySpecs(context),
    recordedClouds(context),
    recordedMirrors(context),
  ]);
  const runs = client === null ? [] : (await openAndNewest(client, shownRunsMax)).map(listedRun);
  const damaged = [boxes, authorities, clouds, mirrors].flatMap(({ damaged: each }) => each);
  const ofAuthorities = await Promise.all(
    authorities.specs.map((spec) => endsOfAuthority(context, spec, now)),
  );
  const ofBoxes = await Promise.all(boxes.specs.map(({ name }) => endsOfBox(context, name)));
  const ofClouds = await Promise.all(
    clouds.specs.map(({ name }) => endsOfCredentials(context, 'cloud', name)),
  );
  return {
    temporalAnswers: client !== null,
    boxes: await Promise.all(boxes.specs.map((spec) => factsOfBox(context, client, spec))),
    others: [
      ...authorities.specs.map(({ name }) => ({ kind: 'authority', name })),
      ...clouds.specs.map(({ name }) => ({ kind: 'cloud', name })),
      ...mirrors.specs.map(({ name }) => ({ kind: 'mirror', name })),
    ],
    tasks: [
      ...damaged.map(({ name, error }) => damageTask(name, error)),
      ...runs.filter(({ phase }) => phase === 'needs-operator').map(runTask),
      ...ofAuthorities.flatMap(({ tasks }) => tasks),
    ],
    canaries: await canariesOf(context, client, [
      ...boxes.specs.map(({ name }) => testCloudOf(name)),
      ...clouds.specs.map(({ name }) => name),
    ]),
    expiries: [...ofBoxes.flat(), ...ofClouds.flat(), ...ofAuthorities.flatMap(({ ends }) => ends)],
    schedules: client === null ? [] : await listedSchedules(client, now),
    runs: runs.slice(0, shownRunsMax),
  };
}

const runTask = ({ id, cause, step, nextCommand }: ListedRun): Task => ({
  subject: id,
  cause: cause ?? (step === undefined ? 'waits for a person' : `waits at ${step}`),
  command: nextCommand ?? `holdfast op show ${id}`,
  by: null,
});

const damageTask = (name: string, error: CliError): Task => ({
  subject: name,
  cause: error.message,
  command: error.next ?? 'holdfast doctor',
  by: null,
});

async function endsOfBox(context: CommandContext, name: string): Promise<Expiry[]> {
  const evidence = await evidenceOf(context, name);
  const certificates = (evidence?.expiries ?? []).map(({ what, notAfter }) => ({
    what: `${name}: ${what}`,
    notAfter,
  }));
  return [...certificates, ...(await endsOfCredentials(context, 'box', name))];
}

/** Nothing for a damaged file: the next rotation writes it anew, and `credentials status` says so. */
async function endsOfCredentials(
  context: CommandContext,
  kind: 'box' | 'cloud',
  name: string,
): Promise<Expiry[]> {
  const users = await credentialStatusOf(context, { kind, name }).catch((error: unknown) => {
    if (error instanceof CliError) return null;
    throw error;
  });
  return (users ?? []).map(({ user, expiresAt }) => ({
    what: `${name}: credential of ${user}`,
    notAfter: expiresAt,
  }));
}

async function endsOfAuthority(
  context: CommandContext,
  spec: Parameters<typeof authorityStatus>[0],
  now: number,
): Promise<{ readonly ends: Expiry[]; readonly tasks: Task[] }> {
  const { name } = spec;
  const { rootEnds, intermediates, crl, todo } = authorityStatus(
    spec,
    await authorityRecordsOf(context, name),
    now,
  );
  const ends = [
    { what: `${name}: root`, notAfter: rootEnds },
    ...intermediates.flatMap(({ generation, ends: notAfter, state }) =>
      notAfter === null || state === 'revoked'
        ? []
        : [{ what: `${name}: intermediate ${generation}`, notAfter }],
    ),
    ...(crl === null ? [] : [{ what: `${name}: CRL of the root`, notAfter: crl.ends }]),
  ];
  const tasks = todo.map(({ by, what, who, command }) => ({
    subject: `authority ${name}`,
    cause: `${what}; ${who}`,
    command,
    by,
  }));
  return { ends, tasks };
}

/** Of all clouds that were measured within a day: those that are recorded first, then entries of any other clouds.yaml. */
async function canariesOf(
  { io, stateDirectory }: CommandContext,
  client: TemporalClient | null,
  recorded: readonly string[],
): Promise<CloudCanaries[]> {
  const folder = join(stateDirectory, 'canaries');
  const measured = (await io.listFiles(folder)).flatMap((file) => /^(.+)\.ndjson$/.exec(file)?.[1] ?? []);
  const others = measured.filter((cloud) => !recorded.includes(cloud));
  const all = await Promise.all(
    [...recorded, ...others].map(async (cloud): Promise<CloudCanaries> => {
      const kept = parseSamples((await io.readText(join(folder, `${cloud}.ndjson`))) ?? '');
      const runs = kept.filter(({ startedAt }) => io.now() - Date.parse(startedAt) < dayMilliseconds);
      return { cloud, isRecorded: recorded.includes(cloud), runs };
    }),
  );
  const shown = all.filter(({ runs }) => runs.length > 0);
  const isLeft = await Promise.all(shown.map((each) => isOfDestroyedBox(client, each)));
  return shown.filter((_, index) => isLeft[index] === false);
}

/** What was measured of a box stays when the box is destroyed: it says nothing of a cloud that is there. */
async function isOfDestroyedBox(
  client: TemporalClient | null,
  { cloud, isRecorded, runs }: CloudCanaries,
): Promise<boolean> {
  const box = /^(.+)-test$/.exec(cloud)?.[1];
  if (isRecorded || box === undefined || client === null) return false;
  const destroyed = await client.describe(operationId(operations.destroyBox, box));
  return destroyed?.status === 'completed' && destroyed.startedAt > (runs.at(-1)?.startedAt ?? '');
}
