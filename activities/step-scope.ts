// SPDX-License-Identifier: Apache-2.0
// Wraps an effect as an activity: heartbeat, settling, errors as results. Holds no effect of its own.
import { AsyncLocalStorage } from 'node:async_hooks';
import { createHash } from 'node:crypto';
import { activityInfo, ApplicationFailure, cancellationSignal, heartbeat } from '@temporalio/activity';
import type { StepFailure } from '../workflows/contracts/run/errors.ts';
import type {
  ApplyResult,
  Difference,
  ObserveResult,
  Observed,
} from '../workflows/contracts/run/observation.ts';
import type { StepContext } from '../workflows/contracts/run/table.ts';
import { asStepFailure, Failure } from './clients/failure.ts';
import type { FencingToken } from './hosts/durable-command.ts';
import type { Host } from './hosts/host.ts';
import { requireLease } from './hosts/lease.ts';
import { redact } from './clients/redact.ts';

/** The worker shuts down, or the attempt was timed out: the command is left running, Temporal tries again. */
export class Detached extends Error {
  override readonly name = 'Detached';
  constructor() {
    super('Detached from a running command');
  }
}

/** What an effect may know of its step. */
export interface StepScope {
  readonly context: StepContext;
  /** Of this activity, from 1. */
  readonly attempt: number;
  readonly signal: AbortSignal;
  readonly fencingToken: FencingToken;
  /** Names the durable command of this occurrence. */
  readonly key: string;
  /** What the activity does just now, for people who watch; replaces the former text, and is kept nowhere. */
  readonly tell: Tell;
}

export type Tell = (text: string) => void;

export type Look<Args> = (args: Args, scope: StepScope) => Promise<readonly Difference[]>;
export type Change<Args> = (args: Args, scope: StepScope) => Promise<string | undefined>;

/** Between two looks while a change settles, milliseconds. */
const settlePauseMilliseconds = 500;

/** An effect that looks. With settleSeconds in its context it looks again until nothing differs or the time is over. */
export function observing<Args>(
  look: Look<Args>,
): (args: Args, context: StepContext) => Promise<ObserveResult> {
  return (args, context) =>
    beating(async (tell) => {
      const scope = scopeOf(context, tell);
      const deadline = performance.now() + context.settleSeconds * 1000;
      for (;;) {
        const observed = await lookOnce(look, args, scope);
        const settled = observed.verdict === 'same' || performance.now() >= deadline;
        if (settled || scope.signal.aborted) return observed;
        await pause(settlePauseMilliseconds);
      }
    });
}

/** An effect that changes, under the run's lease; every error of its own becomes a result, so that Temporal retries lost workers only. */
export function applying<Args>(
  change: Change<Args>,
): (args: Args, context: StepContext) => Promise<ApplyResult> {
  return (args, context) =>
    beating(async (tell) => {
      try {
        if (typeof context.lease === 'string') await requireLease(context.lease, context.epoch);
        const detail = await change(args, scopeOf(context, tell));
        return { outcome: 'applied', ...(detail !== undefined && { detail: redact(detail).slice(0, 1024) }) };
      } catch (error) {
        // Not an end: the worker lets go, the command goes on, the next attempt attaches to it.
        if (error instanceof Detached) throw error;
        return { outcome: 'failed', failure: asStepFailure(error, context.step) };
      }
    });
}

async function lookOnce<Args>(look: Look<Args>, args: Args, scope: StepScope): Promise<ObserveResult> {
  try {
    return summarize(await look(args, scope));
  } catch (error) {
    if (error instanceof Detached) throw error;
    return { verdict: 'failed', failure: asStepFailure(error, scope.context.step) };
  }
}

/** At most 50 redacted differences and 4 KiB; digest and count cover all. */
export function summarize(differences: readonly Difference[]): Observed {
  const clean = differences.map(({ what, have, want }) => ({
    what: cut(what),
    have: cut(have),
    want: cut(want),
  }));
  const digest = createHash('sha256').update(JSON.stringify(clean)).digest('hex').slice(0, 16);
  const shown: Difference[] = [];
  let size = 0;
  for (const difference of clean.slice(0, 50)) {
    size += Buffer.byteLength(JSON.stringify(difference));
    if (size > 3584) break;
    shown.push(difference);
  }
  return {
    verdict: clean.length === 0 ? 'same' : 'differs',
    digest,
    count: clean.length,
    differences: shown,
  };
}

function cut(text: string): string {
  const clean = redact(text);
  return clean.length <= 160 ? clean : `${clean.slice(0, 157)}...`;
}

const looksWithin = new AsyncLocalStorage<AbortSignal>();

/** Runs the looks of `work` inside the activity that calls it: they beat nothing of their own, and end by this signal. */
export function lookingWithin<T>(signal: AbortSignal, work: () => Promise<T>): Promise<T> {
  return looksWithin.run(signal, work);
}

/** For an activity with a result of its own; `observing` and `applying` make one by themselves. */
export function scopeOf(context: StepContext, tell: Tell): StepScope {
  const { attempt } = activityInfo();
  const { step, epoch, occurrence, nonce } = context;
  const fencingToken: FencingToken = { step, epoch, occurrence, attempt };
  const key = `${nonce}.${step}.${occurrence}`;
  const signal = looksWithin.getStore() ?? cancellationSignal();
  return { context, attempt, signal, fencingToken, key, tell };
}

/** Ends an activity that has no result for its errors. Repeated, it would fail again: Temporal must not try for ever. */
export function ending(failure: StepFailure): ApplicationFailure {
  const { code, message, cause } = failure;
  const text = cause === undefined ? message : `${message}: ${cause}`;
  return ApplicationFailure.create({ type: code, message: text, nonRetryable: true, details: [{ failure }] });
}

/** Beats three times within the heartbeat time-out; a beat carries the last text, at most 160 characters. */
export async function beating<T>(work: (tell: Tell) => Promise<T>): Promise<T> {
  if (looksWithin.getStore() !== undefined) return work(() => undefined);
  let told: string | undefined;
  const beat = (): void => heartbeat(told);
  beat();
  const timeoutMilliseconds = activityInfo().heartbeatTimeoutMs ?? 9000;
  const timer = setInterval(beat, timeoutMilliseconds / 3);
  try {
    return await work((text) => {
      told = cut(text);
    });
  } finally {
    clearInterval(timer);
  }
}

export function pause(milliseconds: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, milliseconds));
}

/**
 * Longest wait for commands of earlier tries, seconds: the run holds its lease meanwhile. What runs longer costs a try, and
 * after the last one a person hears of it.
 * @source within the ten minutes of a look, with two left for what it looks at
 */
const liveJobsSecondsMax = 480;

/**
 * Waits for, or ends, every live job of the step on this host, whatever run began it.
 * @throws Failure Conflict, which names what runs still when the time is over; Detached
 */
export async function settleLiveJobs(host: Host, scope: StepScope, except?: string): Promise<void> {
  const deadline = performance.now() + liveJobsSecondsMax * 1000;
  for (;;) {
    const live = (await host.commands.live(scope.context.step)).filter((key) => key !== except);
    const [key] = live;
    if (key === undefined) return;
    if (performance.now() >= deadline) throw stillRunning(host, scope, live);
    if (scope.context.cancel === 'kill') await host.commands.stop(key);
    else await host.commands.wait(key, 5);
    if (scope.signal.aborted) throw new Detached();
  }
}

function stillRunning(host: Host, { context }: StepScope, keys: readonly string[]): Failure {
  const what = keys.length === 1 ? 'A command' : `${keys.length} commands`;
  const [key = ''] = keys;
  return new Failure(
    'Conflict',
    `${what} of an earlier try of ${context.step} did not end in ${liveJobsSecondsMax} s`,
    {
      on: host.name,
      cause: `still running: ${keys.join(', ')}`,
      logPath: host.commands.logPath(key),
      hint: 'Wait for the commands named, or end them on their host, then resolve the step with --retry',
    },
  );
}
