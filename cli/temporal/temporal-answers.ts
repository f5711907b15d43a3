// SPDX-License-Identifier: Apache-2.0
// Reads the SDK's answers and errors: what they mean here. Asks nothing.
import {
  isGrpcServiceError,
  WorkflowFailedError,
  WorkflowUpdateRPCTimeoutOrCancelledError,
} from '@temporalio/client';
import type { WorkflowExecutionDescription, WorkflowExecutionInfo } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure, TerminatedFailure, TimeoutFailure } from '@temporalio/common';
import { memoKey, reportActivityId, type RunMemo } from '../../workflows/contracts/run/messages.ts';
import { decodePayload } from './history.ts';
import type { RetryingActivity, RunDescription, RunEnd, RunStatus } from './temporal-client.ts';

type PendingActivity = NonNullable<WorkflowExecutionDescription['raw']['pendingActivities']>[number];

/** gRPC's numbers. @source gRPC status codes */
const grpc = { cancelled: 1, deadlineExceeded: 4, failedPrecondition: 9, unavailable: 14 } as const;

const statuses: Readonly<Record<string, RunStatus>> = {
  RUNNING: 'running',
  COMPLETED: 'completed',
  FAILED: 'failed',
  CANCELLED: 'cancelled',
  TERMINATED: 'terminated',
  TIMED_OUT: 'timed-out',
};

export function describedRun(
  info: Pick<
    WorkflowExecutionInfo,
    'workflowId' | 'runId' | 'type' | 'status' | 'startTime' | 'closeTime' | 'memo'
  >,
): RunDescription {
  const memo = info.memo?.[memoKey] as RunMemo | undefined;
  return {
    id: info.workflowId,
    runId: info.runId,
    type: info.type,
    status: statuses[info.status.name] ?? 'other',
    startedAt: info.startTime.toISOString(),
    ...(info.closeTime !== undefined && { closedAt: info.closeTime.toISOString() }),
    ...(memo !== undefined && { memo }),
  };
}

/** What activities told with their last heartbeats, by id. */
export function toldBy(pending: readonly PendingActivity[]): Readonly<Record<string, string>> {
  return Object.fromEntries(
    pending.flatMap(({ activityId, heartbeatDetails }) => {
      const told = decodePayload(heartbeatDetails?.payloads?.[0]);
      return typeof told === 'string' ? [[activityId ?? '', told]] : [];
    }),
  );
}

/** The memo of a run whose one activity looks at all steps: it beats it, and the run has it at its end. Null for none. */
export function memoTold(pending: readonly PendingActivity[]): RunMemo | null {
  const told = pending
    .filter(({ activityId }) => activityId === reportActivityId)
    .map(({ heartbeatDetails }) => decodePayload(heartbeatDetails?.payloads?.[0]));
  const [memo] = told as (Partial<RunMemo> | null | undefined)[];
  return typeof memo?.phase === 'string' && typeof memo.steps === 'object' ? (memo as RunMemo) : null;
}

/** One lost worker may have bad luck; at the third attempt something is wrong. */
const attemptsMin = 3;

/** The first activity that fails again and again; null for none. One that runs after its worker was lost does not fail. */
export function retryingIn(pending: readonly PendingActivity[]): RetryingActivity | null {
  for (const { activityId, attempt, lastFailure, state } of pending) {
    if ((attempt ?? 1) < attemptsMin || !lastFailure) continue;
    let deepest = lastFailure;
    while (deepest.cause) deepest = deepest.cause;
    const failure = deepest.message ?? '';
    const isLostWorker =
      lastFailure.timeoutFailureInfo !== undefined && lastFailure.timeoutFailureInfo !== null;
    const runs = Number(state) === pendingStarted;
    if (runs && (isLostWorker || failure.startsWith('Detached'))) continue;
    return { id: activityId ?? '', failure: failure.replaceAll(/\s*\n\s*/g, '; ') };
  }
  return null;
}

/** @source temporal.api.enums.v1.PendingActivityState: 2 is started */
const pendingStarted = 2;

/** How a run ended, from the error that its result threw; null for an error about anything else. */
export function endOfFailure(error: unknown): RunEnd | null {
  if (!(error instanceof WorkflowFailedError)) return null;
  const { cause } = error;
  const message = cause?.message ?? error.message;
  if (cause instanceof CancelledFailure) return { kind: 'cancelled', message };
  if (cause instanceof TerminatedFailure) return { kind: 'terminated', message };
  if (cause instanceof TimeoutFailure) return { kind: 'timed-out', message };
  if (cause instanceof ApplicationFailure) {
    return { kind: 'failed', code: cause.type ?? 'Invariant', message, details: cause.details ?? [] };
  }
  return { kind: 'failed', code: 'Invariant', message, details: [] };
}

/** The server, or the worker behind it, said nothing in time. */
export function isSilence(error: unknown): boolean {
  if (error instanceof WorkflowUpdateRPCTimeoutOrCancelledError) return true;
  const code = grpcCodeOf(error);
  return code === grpc.unavailable || code === grpc.deadlineExceeded || code === grpc.cancelled;
}

/** The server knows of no worker that could answer. */
export function isNoPoller(error: unknown): boolean {
  return grpcCodeOf(error) === grpc.failedPrecondition && /poller/i.test(messageOf(error));
}

/** The run's first task is not done yet, so that nothing can be asked. */
export function isNotReady(error: unknown): boolean {
  return grpcCodeOf(error) === grpc.failedPrecondition && !isNoPoller(error);
}

/** The message at the end of the cause chain, on one line. */
export function messageOf(error: unknown): string {
  let deepest = error;
  for (let depth = 0; depth < 20 && deepest instanceof Error && deepest.cause instanceof Error; depth += 1) {
    deepest = deepest.cause;
  }
  const text = deepest instanceof Error ? deepest.message : String(deepest);
  return text.trim().replaceAll(/\s*\n\s*/g, '; ');
}

/** Why nothing came back, in words; the client's own text speaks of its filters. */
export function silenceText(error: unknown): string {
  const code = grpcCodeOf(error);
  if (code === grpc.deadlineExceeded) return 'no answer in time';
  if (code === grpc.unavailable) return 'no connection';
  return messageOf(error).replace(/^\d+ [A-Z_]+: /, '');
}

function grpcCodeOf(error: unknown): number | undefined {
  let current = error;
  for (let depth = 0; depth < 20 && current instanceof Error; depth += 1) {
    if (isGrpcServiceError(current)) return current.code;
    current = current.cause;
  }
  return undefined;
}
