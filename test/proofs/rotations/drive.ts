// SPDX-License-Identifier: Apache-2.0
// Rotates one user by the real steps and activities, in this process and under no lease, as the engine would.
import { asyncLocalStorage, Context, type Info } from '@temporalio/activity';
import { credentialActivities } from '../../../activities/keystone/credentials/activities.ts';
import { composeClients } from '../../../workers/compose.ts';
import type { CloudSpec, CloudUser } from '../../../workflows/contracts/cloud/cloud-spec.ts';
import type { StepFailure } from '../../../workflows/contracts/run/errors.ts';
import type { ApplyResult, ObserveResult } from '../../../workflows/contracts/run/observation.ts';
import type { ActivityCall, CompiledStep, StepContext } from '../../../workflows/contracts/run/table.ts';
import { rotateCloudSteps } from '../../../workflows/operations/rotate-cloud/steps.ts';

type Activity = (args: unknown, context: StepContext) => Promise<ObserveResult | ApplyResult>;

export interface Drive {
  readonly stateDirectory: string;
  readonly spec: CloudSpec;
  /** Names the run: what it publishes it does not publish again. */
  readonly nonce: string;
  /** Told before each activity. */
  readonly begins?: (activity: string) => void | Promise<void>;
}

/** Where a rotation ended before it was over. */
export interface Ended {
  readonly step: string;
  readonly failure: StepFailure;
}

/** @source what the engine tries of a step by itself */
const triesMax = 3;

/** Null once every step is true; a step that gives up ends it. */
export async function drive(run: Drive, user: CloudUser): Promise<Ended | null> {
  const request = { users: [user], onlyDue: false, emergency: false, scheduled: true };
  for (const step of rotateCloudSteps(run.spec, request)) {
    const failure = await makeTrue(run, step);
    if (failure !== null) return { step: step.id, failure };
  }
  return null;
}

/** Each try begins with a look. */
async function makeTrue(run: Drive, step: CompiledStep): Promise<StepFailure | null> {
  for (let occurrence = 1; ; occurrence += 1) {
    const failure = await tryOnce(run, step, occurrence);
    if (failure === null || failure.code === 'PreconditionFailed' || occurrence >= triesMax) return failure;
  }
}

async function tryOnce(run: Drive, step: CompiledStep, occurrence: number): Promise<StepFailure | null> {
  const look = (settleSeconds: number) =>
    perform(run, step.observe, contextOf(run, step, occurrence, settleSeconds)) as Promise<ObserveResult>;
  const before = await look(0);
  if (before.verdict === 'failed') return before.failure;
  if (before.verdict === 'same') return null;
  if (step.apply === null) return failureOf(step, 'PreconditionFailed', before.differences);
  const applied = (await perform(run, step.apply, contextOf(run, step, occurrence, 0))) as ApplyResult;
  if (applied.outcome === 'failed') return applied.failure;
  const after = await look(step.settleSeconds);
  if (after.verdict === 'failed') return after.failure;
  return after.verdict === 'same' ? null : failureOf(step, 'VerifyFailed', after.differences);
}

const failureOf = ({ id, title }: CompiledStep, code: StepFailure['code'], seen: unknown): StepFailure => ({
  code,
  message: title,
  on: id,
  cause: JSON.stringify(seen),
  hint: '',
});

async function perform({ stateDirectory, begins }: Drive, call: ActivityCall, context: StepContext) {
  const clients = composeClients({ stateDirectory, cacheDirectory: '', namespace: 'default', proxies: {} });
  const activities = credentialActivities(clients) as unknown as Readonly<Record<string, Activity>>;
  const body = activities[call.activity];
  if (body === undefined) throw new Error(`There is no activity ${call.activity}`);
  await begins?.(call.activity);
  return asyncLocalStorage.run(activityContext(context.step), () => body(call.args, context));
}

/** What an activity asks of Temporal's worker: it beats, and nobody cancels it. */
function activityContext(activityId: string): Context {
  const info = { attempt: 1, activityId, heartbeatTimeoutMs: 10_000 } as Info;
  const [, , , , , log, meter, details] = [] as unknown as ConstructorParameters<typeof Context>;
  const never = new Promise<never>(() => undefined);
  const beat = () => undefined;
  return new Context(info, never, new AbortController().signal, beat, undefined, log, meter, details);
}

const contextOf = (
  { spec, nonce }: Drive,
  step: CompiledStep,
  occurrence: number,
  settleSeconds: number,
): StepContext => ({
  operation: 'rotate-cloud',
  subject: spec.name,
  step: step.id,
  occurrence,
  nonce,
  epoch: 0,
  lease: null,
  cancel: step.cancel,
  exclusive: [],
  settleSeconds,
});
