// SPDX-License-Identifier: Apache-2.0
// Which schedules a box, a mirror, an authority or a cloud is to have, and what has to be done so that it has them. Pure; asks nobody.
import { hasGuests, type BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import type { CloudSpec } from '../../workflows/contracts/cloud/cloud-spec.ts';
import { auditEveryDefault, type MirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { testCloudOf } from '../../workflows/contracts/canary/canary.ts';
import { everySeconds, scheduleDefaults, schedulePrefix } from '../../workflows/contracts/box/schedules.ts';
import type { Operation } from '../../workflows/contracts/run/operation.ts';
import { operations } from '../../workflows/operations/index.ts';
import type { AuthoritySpec } from '../../workflows/contracts/authority/authority-spec.ts';
import type { ScheduleState, DesiredSchedule } from '../temporal/schedule-client.ts';

/** What a schedule is about: the box by its name, with every spec. */
const ofBox = {
  subjectOf: (box: string): string => box,
  inputOf: (name: string) => ({ name, scheduled: true }),
  isFor: (_spec: BoxSpec): boolean => true,
};

/** Keystone alone has no service user that logs in to it. */
const hasServiceUsers = ({ services }: BoxSpec): boolean =>
  services.some((service) => service !== 'identity' && service !== 'dashboard');

const kinds = [
  // A look that was missed says nothing later: the next one does.
  { key: 'driftEvery', operation: operations.driftBox, catchupSeconds: 600, ...ofBox },
  { key: 'renewEvery', operation: operations.renewCertificates, catchupSeconds: 86_400, ...ofBox },
  // Whenever it comes late, it is due all the more.
  {
    key: 'rotateEvery',
    operation: operations.rotateServiceCredentials,
    catchupSeconds: 86_400,
    ...ofBox,
    isFor: hasServiceUsers,
  },
  { key: 'rotateKeysEvery', operation: operations.rotateKeystoneKeys, catchupSeconds: 86_400, ...ofBox },
  { key: 'dumpEvery', operation: operations.dumpBox, catchupSeconds: 86_400, ...ofBox },
  {
    key: 'canaryEvery' as const,
    operation: operations.canary,
    catchupSeconds: 600,
    subjectOf: testCloudOf,
    inputOf: (cloud: string) => ({ cloud, scheduled: true }),
    isFor: (spec: BoxSpec) => hasGuests(spec) && spec.seeds.test !== null,
  },
  {
    key: 'updateEvery',
    operation: operations.planUpdate,
    catchupSeconds: 86_400,
    ...ofBox,
    isFor: ({ updates }: BoxSpec) => updates !== 'auto',
  },
  {
    key: 'updateEvery',
    operation: operations.updateBox,
    catchupSeconds: 86_400,
    ...ofBox,
    isFor: ({ updates }: BoxSpec) => updates === 'auto',
  },
] as const;

/** Of a tenth of the turn, at most 5 min: boxes of one machine need not all be looked at in the same second. */
const jitterSecondsMax = 300;

export function scheduleIds(box: string): string[] {
  return kinds.map(({ operation, subjectOf }) => `${schedulePrefix}${operation.slug}/${subjectOf(box)}`);
}

/** Of a mirror; removed with it. */
export const mirrorScheduleIds = (name: string): string[] =>
  [operations.refreshMirrors, operations.auditMirror].map(({ slug }) => `${schedulePrefix}${slug}/${name}`);

export const mirrorSchedulesOf = ({ name, refreshEvery, receives, proxy }: MirrorSpec): DesiredSchedule[] => [
  // What comes in bundles comes by hand.
  ...(receives === undefined ? oneSchedule(operations.refreshMirrors, name, refreshEvery) : []),
  ...(proxy === undefined
    ? []
    : oneSchedule(operations.auditMirror, name, proxy.auditEvery ?? auditEveryDefault)),
];

/** Of a cloud that is no box. */
export const cloudScheduleId = (name: string): string =>
  `${schedulePrefix}${operations.rotateCloudCredentials.slug}/${name}`;

export const cloudSchedulesOf = ({ name, rotateEvery }: CloudSpec): DesiredSchedule[] =>
  oneSchedule(operations.rotateCloudCredentials, name, rotateEvery);

function oneSchedule({ type, slug }: Operation, name: string, every: string): DesiredSchedule[] {
  const seconds = everySeconds(every);
  if (seconds === null || seconds === undefined) return [];
  return [
    {
      id: `${schedulePrefix}${slug}/${name}`,
      type,
      workflowId: `${slug}/${name}/scheduled`,
      input: { name, scheduled: true },
      everySeconds: seconds,
      // What was missed is due all the more.
      catchupSeconds: 86_400,
      jitterSeconds: Math.min(jitterSecondsMax, Math.floor(seconds / 10)),
    },
  ];
}

/** Of an authority. */
export const authorityScheduleId = (name: string): string =>
  `${schedulePrefix}${operations.issueRootCrl.slug}/${name}`;

export const authoritySchedulesOf = ({ name, crlEvery }: AuthoritySpec): DesiredSchedule[] =>
  oneSchedule(operations.issueRootCrl, name, crlEvery);

export function boxSchedulesOf(spec: BoxSpec): DesiredSchedule[] {
  const { name, schedules = {} } = spec;
  return kinds.flatMap(({ key, operation, catchupSeconds, subjectOf, inputOf, isFor }) => {
    if (!isFor(spec)) return [];
    const subject = subjectOf(name);
    const seconds = everySeconds(schedules[key] ?? scheduleDefaults[key]);
    if (seconds === null || seconds === undefined) return [];
    const desired: DesiredSchedule = {
      id: `${schedulePrefix}${operation.slug}/${subject}`,
      type: operation.type,
      workflowId: `${operation.slug}/${subject}/scheduled`,
      input: inputOf(subject),
      everySeconds: seconds,
      catchupSeconds,
      jitterSeconds: Math.min(jitterSecondsMax, Math.floor(seconds / 10)),
    };
    return [desired];
  });
}

/** True when nothing that we decide differs; a pause is the operator's. */
function isAsDesired(state: ScheduleState, desired: DesiredSchedule): boolean {
  const decided = ({
    type,
    workflowId,
    input,
    everySeconds,
    jitterSeconds,
    catchupSeconds,
  }: DesiredSchedule) =>
    JSON.stringify([type, workflowId, input, everySeconds, jitterSeconds, catchupSeconds]);
  return decided(state) === decided(desired) && state.overlap === 'SKIP';
}

export interface ScheduleChange {
  readonly kind: 'create' | 'update' | 'same' | 'remove';
  readonly id: string;
  readonly desired?: DesiredSchedule;
  readonly state?: ScheduleState;
}

/** `present` holds every schedule of ours that is there. */
export function scheduleChanges(
  wanted: readonly DesiredSchedule[],
  present: readonly ScheduleState[],
): ScheduleChange[] {
  const states = new Map(present.map((state) => [state.id, state]));
  const wantedIds = new Set(wanted.map(({ id }) => id));
  return [
    ...wanted.map((desired): ScheduleChange => {
      const state = states.get(desired.id);
      if (state === undefined) return { kind: 'create', id: desired.id, desired };
      return { kind: isAsDesired(state, desired) ? 'same' : 'update', id: desired.id, desired, state };
    }),
    ...present
      .filter(({ id }) => !wantedIds.has(id))
      .map((state): ScheduleChange => ({ kind: 'remove', id: state.id, state })),
  ];
}
