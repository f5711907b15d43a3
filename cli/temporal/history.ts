// SPDX-License-Identifier: Apache-2.0
// Reads activities and people's answers out of a run's history events. Knows no steps; step-history.ts does.
import type { WorkflowHandle } from '@temporalio/client';
import { defaultFailureConverter, defaultPayloadConverter, type Payload } from '@temporalio/common';
import { carriedResult } from '../../workflows/contracts/run/failed-result.ts';
import type { ActivityRecord, AnswerRecord } from './temporal-client.ts';

type History = Awaited<ReturnType<WorkflowHandle['fetchHistory']>>;
type HistoryEvent = NonNullable<History['events']>[number];
type FailureProto = NonNullable<NonNullable<HistoryEvent['activityTaskFailedEventAttributes']>['failure']>;

/** A payload's value; undefined when there is none or it is not plain. */
export function decodePayload(payload: Payload | null | undefined): unknown {
  if (payload === null || payload === undefined) return undefined;
  try {
    return defaultPayloadConverter.fromPayload(payload);
  } catch {
    return undefined;
  }
}

/** All activities in the order in which they were scheduled. */
export function activityRecords(events: readonly HistoryEvent[]): ActivityRecord[] {
  const records = new Map<string, ActivityRecord>();
  for (const event of events) {
    const scheduled = event.activityTaskScheduledEventAttributes;
    if (scheduled) {
      records.set(String(event.eventId), {
        id: scheduled.activityId ?? '',
        type: scheduled.activityType?.name ?? '',
        scheduledAt: instantOf(event),
        attempts: 1,
      });
      continue;
    }
    const change = changeOf(event);
    const record = change && records.get(change.scheduledEventId);
    if (change && record) records.set(change.scheduledEventId, { ...record, ...change.facts });
  }
  return [...records.values()];
}

/** All updates that the run accepted and that answer for a step. */
export function answerRecords(events: readonly HistoryEvent[]): AnswerRecord[] {
  return events.flatMap((event) => {
    const request = event.workflowExecutionUpdateAcceptedEventAttributes?.acceptedRequest?.input;
    const answer = decodePayload(request?.args?.payloads?.[0]) as Partial<AnswerRecord> | null | undefined;
    if (typeof answer?.step !== 'string') return [];
    const { step, occurrence = 0, action = request?.name ?? '', actor = '', reason = '', data } = answer;
    const given = data === undefined ? {} : { data };
    return [{ at: instantOf(event), step, occurrence, action, actor, reason, ...given }];
  });
}

interface Change {
  readonly scheduledEventId: string;
  readonly facts: Partial<ActivityRecord>;
}

function changeOf(event: HistoryEvent): Change | null {
  const started = event.activityTaskStartedEventAttributes;
  if (started)
    return { scheduledEventId: String(started.scheduledEventId), facts: { attempts: started.attempt ?? 1 } };
  const completed = event.activityTaskCompletedEventAttributes;
  if (completed) {
    const result = decodePayload(completed.result?.payloads?.[0]);
    return {
      scheduledEventId: String(completed.scheduledEventId),
      facts: { endedAt: instantOf(event), result },
    };
  }
  const failed = event.activityTaskFailedEventAttributes ?? event.activityTaskTimedOutEventAttributes;
  const result = carriedBy(failed?.failure);
  if (failed && result !== undefined)
    return {
      scheduledEventId: String(failed.scheduledEventId),
      facts: { endedAt: instantOf(event), result },
    };
  if (failed) return ended(event, failed.scheduledEventId, deepest(failed.failure));
  const cancelled = event.activityTaskCanceledEventAttributes;
  if (cancelled) return ended(event, cancelled.scheduledEventId, 'cancelled');
  return null;
}

function ended(event: HistoryEvent, scheduledEventId: unknown, failure: string): Change {
  return { scheduledEventId: String(scheduledEventId), facts: { endedAt: instantOf(event), failure } };
}

/** The result of an activity that is shown as failed. */
function carriedBy(failure: FailureProto | null | undefined): unknown {
  return carriedResult(failure?.applicationFailureInfo?.details?.payloads?.map(decodePayload));
}

function deepest(failure: FailureProto | null | undefined): string {
  if (failure === null || failure === undefined) return 'failed';
  let error: Error = defaultFailureConverter.failureToError(failure, defaultPayloadConverter);
  for (let depth = 0; depth < 20 && error.cause instanceof Error; depth += 1) error = error.cause;
  return error.message;
}

function instantOf(event: HistoryEvent): string {
  const { seconds, nanos } = event.eventTime ?? {};
  return new Date(Number(seconds ?? 0) * 1000 + Math.floor((nanos ?? 0) / 1e6)).toISOString();
}
