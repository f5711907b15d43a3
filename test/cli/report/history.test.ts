// SPDX-License-Identifier: Apache-2.0
import { ApplicationFailure, defaultFailureConverter, defaultPayloadConverter } from '@temporalio/common';
import { describe, expect, it } from 'vitest';
import { recordedInput, recordedSteps } from '../../../cli/runs/step-history.ts';
import { activityRecords } from '../../../cli/temporal/history.ts';
import type { Reported } from '../../../workflows/contracts/run/messages.ts';

type Events = Parameters<typeof activityRecords>[0];

const eventTime = (second: number) => ({ seconds: second, nanos: 500_000_000 });
const scheduled = (eventId: number, activityId: string) => ({
  eventId,
  eventTime: eventTime(eventId),
  activityTaskScheduledEventAttributes: { activityId, activityType: { name: 'observeSpec' } },
});
const result = { payloads: [defaultPayloadConverter.toPayload({ verdict: 'same' })] };
const failure = defaultFailureConverter.errorToFailure(
  new Error('outer', { cause: new Error('disk full') }),
  defaultPayloadConverter,
);

describe('activityRecords()', () => {
  it('joins what the events of one activity tell, in the order of their scheduling', () => {
    const events = [
      scheduled(1, 'spec/observe/1'),
      scheduled(2, 'root/apply/1'),
      scheduled(3, 'boot/apply/1'),
      { eventId: 4, activityTaskStartedEventAttributes: { scheduledEventId: 1, attempt: 3 } },
      {
        eventId: 5,
        eventTime: eventTime(5),
        activityTaskCompletedEventAttributes: { scheduledEventId: 1, result },
      },
      {
        eventId: 6,
        eventTime: eventTime(6),
        activityTaskFailedEventAttributes: { scheduledEventId: 2, failure },
      },
      { eventId: 7, eventTime: eventTime(7), workflowTaskScheduledEventAttributes: {} },
    ] as unknown as Events;
    const at = (second: number) => `1970-01-01T00:00:0${second}.500Z`;
    const type = 'observeSpec';
    expect(activityRecords(events)).toEqual([
      {
        id: 'spec/observe/1',
        type,
        scheduledAt: at(1),
        endedAt: at(5),
        attempts: 3,
        result: { verdict: 'same' },
      },
      { id: 'root/apply/1', type, scheduledAt: at(2), endedAt: at(6), attempts: 1, failure: 'disk full' },
      { id: 'boot/apply/1', type, scheduledAt: at(3), attempts: 1 },
    ]);
  });

  it('takes the result that a failed activity carries for its result', () => {
    const carried = {
      outcome: 'failed',
      failure: { code: 'Rejected', message: 'no', on: 'x', hint: 'none' },
    };
    const error = ApplicationFailure.create({ message: 'no', details: [{ result: carried }] });
    const events = [
      scheduled(1, 'root/apply/1'),
      {
        eventId: 2,
        eventTime: eventTime(2),
        activityTaskFailedEventAttributes: {
          scheduledEventId: 1,
          failure: defaultFailureConverter.errorToFailure(error, defaultPayloadConverter),
        },
      },
    ] as unknown as Events;
    const [record] = activityRecords(events);
    expect(record).toMatchObject({ id: 'root/apply/1', result: carried });
    expect(record).not.toHaveProperty('failure');
  });
});

describe('recordedSteps()', () => {
  const failure = { code: 'Unreachable', message: 'no answer', on: 'lab', hint: 'none' } as const;
  const unlike = { after: ['spec'], changes: true, count: 0, differences: [] };
  const reported = {
    table: { subject: 'lab', inputDigest: 'abc' },
    report: {
      startedAt: '2026-01-05T12:00:00.000Z',
      steps: [
        { id: 'spec', title: 'Spec', verdict: 'same', looked: [0, 250] },
        { id: 'root', title: 'Root', verdict: 'waits', ...unlike, looked: [250, 1000], failure },
        { id: 'token', title: 'Token', verdict: 'waits', ...unlike, queue: 'token.lab' },
      ],
    },
  } as unknown as Reported;
  const record = {
    id: 'report/1',
    type: 'report',
    scheduledAt: '2026-01-05T12:00:00.000Z',
    attempts: 1,
    result: reported,
  };

  it('tells the looks of a report as if each had been an activity of its own', () => {
    expect(recordedSteps([record])).toMatchObject([
      {
        id: 'spec',
        activities: [{ phase: 'observe', endedAt: '2026-01-05T12:00:00.250Z', outcome: 'same' }],
      },
      {
        id: 'root',
        after: ['spec'],
        activities: [{ scheduledAt: '2026-01-05T12:00:00.250Z', outcome: 'failed', failure }],
      },
      { id: 'token', activities: [] },
    ]);
    expect(recordedInput([record])).toMatchObject({ subject: 'lab', inputDigest: 'abc' });
  });

  it('tells nothing of a report that is being made', () => {
    const { result: _, ...open } = record;
    expect([recordedSteps([open]), recordedInput([open])]).toEqual([[], null]);
  });
});
