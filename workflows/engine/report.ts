// SPDX-License-Identifier: Apache-2.0
// Looks at every step of a table once: a plan before a run, a drift report after it. Applies nothing.
import type { Reported } from '../contracts/run/messages.ts';
import { progressOfReport, type Progress, type Report, type ReportStep } from '../contracts/run/progress.ts';
import type { CompiledTable } from '../contracts/run/table.ts';
import type { ReadLeaseResult } from '../contracts/run/lease.ts';
import type { EnginePorts } from '../ports/run/engine.ts';
import { Notifier } from './notifier.ts';
import { StepActivities } from './step-activities.ts';
import { TableState, type StepState } from './table-state.ts';

/** How the looks of a report share the table's limit; see Slots and Pool. */
export type LookOrder = 'slots' | 'pool';

interface Ended {
  readonly report: Report;
  readonly progress: Progress;
}

/** Of runs that began before ReportPort: each look is an activity of its own. */
export async function reportOn(
  table: CompiledTable,
  ports: EnginePorts,
  nonce: string,
  order: LookOrder = 'pool',
): Promise<Ended> {
  const { state, report } = await lookAtTable(table, ports, nonce, order);
  return end(state, report, ports, () => state.progress());
}

/** What is left to do once an activity has looked: a person is told, where the table says so. */
export async function endReport({ table, report }: Reported, ports: EnginePorts): Promise<Ended> {
  const state = new TableState({ ...table, steps: [] }, ports.now(), ports.workflowId, () => undefined);
  // The report itself tells what is as wanted.
  const steps = progressOfReport(report).filter(({ status }) => status !== 'same');
  return end(state, report, ports, () => ({ ...state.progress(), steps }));
}

async function end(
  state: TableState,
  report: Report,
  ports: EnginePorts,
  progress: () => Progress,
): Promise<Ended> {
  state.phase = 'done';
  const needsHuman = report.result === 'differs' && state.table.whenDiffers === 'notify';
  if (needsHuman) await new Notifier(state, ports).differs(report);
  return { report, progress: { ...progress(), needsHuman, endedAt: report.observedAt } };
}

/** `busy` when a run holds the box before or after the look: what was seen then is half a change. */
export async function lookAtTable(
  table: CompiledTable,
  ports: EnginePorts,
  nonce: string,
  order: LookOrder,
): Promise<{ state: TableState; report: Report }> {
  const state = new TableState(table, ports.now(), ports.workflowId, (progress) => ports.publish(progress));
  const activities = new StepActivities(state, ports, { nonce, epoch: 0 });
  const before = await readLease(table, ports, 'before');
  const seen = new Map<string, ReportStep>();
  if (before?.holder === undefined || before.holder === null) {
    const limit = order === 'pool' ? new Pool(table.limit) : new Slots(table.limit);
    await lookAtAll(state, activities, ports, seen, limit);
  }
  const after = await readLease(table, ports, 'after');
  const holder = before?.holder ?? after?.holder ?? null;
  const busy = holder !== null || before?.epoch !== after?.epoch;
  const steps = state.steps.flatMap((step) => seen.get(step.step.id) ?? []);
  const differs = steps.some((step) => step.verdict !== 'same');
  const report: Report = {
    operation: table.operation,
    subject: table.subject,
    result: busy ? 'busy' : differs ? 'differs' : 'same',
    ...(holder !== null && { holder }),
    startedAt: new Date(state.startedAt).toISOString(),
    observedAt: new Date(ports.now()).toISOString(),
    steps,
    inputDigest: table.inputDigest,
  };
  return { state, report };
}

interface Limit {
  /** Begins the work once what it comes after is over and there is room for it. */
  run(after: readonly Promise<void>[], work: () => Promise<void>): Promise<void>;
}

/** A pool of that many slots; the step that is ready first runs first. */
class Pool implements Limit {
  readonly #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  async run(after: readonly Promise<void>[], work: () => Promise<void>): Promise<void> {
    await Promise.all(after);
    if (this.free > 0) this.free -= 1;
    else await new Promise<void>((resolve) => this.#waiting.push(resolve));
    await work();
    const next = this.#waiting.shift();
    if (next === undefined) this.free += 1;
    else next();
  }
}

/** Of runs that began before Pool: one after another in slots by turns, also behind a slow one while others are free. */
class Slots implements Limit {
  readonly #slots: Promise<void>[];
  #turn = 0;

  constructor(count: number) {
    this.#slots = Array.from({ length: count }, () => Promise.resolve());
  }

  run(after: readonly Promise<void>[], work: () => Promise<void>): Promise<void> {
    const slot = this.#turn++ % this.#slots.length;
    const look = Promise.all([this.#slots[slot], ...after]).then(work);
    this.#slots[slot] = look;
    return look;
  }
}

/** Observes steps side by side up to the limit, each after its dependencies, so that it can name what it waits for. */
async function lookAtAll(
  state: TableState,
  activities: StepActivities,
  ports: EnginePorts,
  seen: Map<string, ReportStep>,
  limit: Limit,
): Promise<void> {
  const open = new Map<string, Promise<void>>();
  for (const step of state.steps) {
    const parents = step.step.after.flatMap((id) => open.get(id) ?? []);
    const looked = limit.run(parents, async () => {
      step.status = 'observing';
      state.touch();
      const { queue } = step.step.observe;
      // No worker may serve that queue, and a report does not wait for one.
      const reported =
        queue === undefined ? await look(state, step, activities, ports, seen) : unasked(step, queue);
      step.status = reported.verdict === 'same' ? 'same' : 'stopped';
      seen.set(step.step.id, reported);
      state.touch();
    });
    open.set(step.step.id, looked);
  }
  await Promise.all(open.values());
}

async function look(
  state: TableState,
  step: StepState,
  activities: StepActivities,
  ports: EnginePorts,
  seen: ReadonlyMap<string, ReportStep>,
): Promise<ReportStep> {
  const begun = ports.now() - state.startedAt;
  const observed = await activities.observeWithoutLease(step);
  const looked = [begun, ports.now() - state.startedAt] as const;
  const { id, title, after, apply } = step.step;
  if (observed.verdict === 'same') return { id, title, verdict: 'same', looked };
  const base = { id, title, after, changes: apply !== null, looked };
  if (observed.verdict !== 'failed') {
    const { count, differences } = observed;
    return { ...base, verdict: 'differs', count, differences };
  }
  // What cannot be seen waits for the nearest step before it that is not yet as wanted.
  const waitsFor = state
    .ancestorsOf(id)
    .findLast((ancestor) => seen.get(ancestor.step.id)?.verdict !== 'same');
  const unseen = { ...base, count: 0, differences: [], failure: observed.failure };
  if (waitsFor === undefined) return { ...unseen, verdict: 'failed' };
  return { ...unseen, verdict: 'waits', waitsFor: waitsFor.step.id };
}

function unasked({ step: { id, title, after, apply } }: StepState, queue: string): ReportStep {
  return { id, title, after, changes: apply !== null, verdict: 'waits', queue, count: 0, differences: [] };
}

async function readLease(
  table: CompiledTable,
  ports: EnginePorts,
  when: string,
): Promise<ReadLeaseResult | null> {
  if (table.lease === null) return null;
  return (await ports.activity({
    id: `lease/read-${when}/1`,
    call: { activity: 'readLease', args: { target: table.lease } },
    context: null,
    profile: 'look',
    summary: 'read the lease',
    cancellable: true,
  })) as ReadLeaseResult;
}
