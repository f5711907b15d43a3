// SPDX-License-Identifier: Apache-2.0
// Temporal as the command line needs it, by the SDK's client. Renders nothing and retries nothing.
import { QueryNotRegisteredError, WorkflowUpdateFailedError } from '@temporalio/client';
import type { Client, Connection } from '@temporalio/client';
import { WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/common';
import { queries, taskQueue, updates } from '../../workflows/contracts/run/messages.ts';
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import type { ResolveStep } from '../../workflows/contracts/run/resolve-step.ts';
import { CliError, TemporalUnreachable } from '../terminal/cli-error.ts';
import { activityRecords, answerRecords, decodePayload } from './history.ts';
import {
  describedRun,
  endOfFailure,
  isNoPoller,
  isNotReady,
  isSilence,
  memoTold,
  messageOf,
  retryingIn,
  silenceText,
  toldBy,
} from './temporal-answers.ts';
import { ScheduleService } from './schedule-service.ts';
import type {
  ActivityRecord,
  AnswerRecord,
  ProgressAnswer,
  ResolveAnswer,
  RunDescription,
  RunEnd,
  StartRequest,
  TemporalClient,
} from './temporal-client.ts';

/** Longest wait for any answer of the server, seconds.
 * @source a query that a live worker answers takes milliseconds; a person waits no longer without a sign */
const answerSeconds = 5;
/** Longest wait for an update, seconds: it may have to wait for the replay of a long history. */
const updateSeconds = 20;
/** As long for a schedule: the server asks a workflow of its own, which waits for its turn on a busy machine. */
const scheduleSeconds = 20;

/** @source more than the boxes of a machine, with all that is done for each, have open at once */
const openRunsMax = 10_000;
/** @source Temporal's default of frontend.visibilityMaxPageSize */
const pageSizeMax = 1000;

const ofTypes = (types: readonly string[]): string =>
  `WorkflowType IN (${types.map((type) => `'${type}'`).join(', ')})`;

/** One connection, one namespace; made by temporal-connect.ts. */
export class TemporalService implements TemporalClient {
  readonly schedules: ScheduleService;

  constructor(
    private readonly connection: Connection,
    private readonly client: Client,
    private readonly namespace: string,
  ) {
    this.schedules = new ScheduleService(client.schedule, (call) => this.#ask(call, scheduleSeconds));
  }

  async start({ type, id, input, summary }: StartRequest) {
    try {
      const handle = await this.#ask(() =>
        this.client.workflow.start(type, {
          workflowId: id,
          taskQueue,
          args: [input],
          workflowIdConflictPolicy: 'FAIL',
          workflowIdReusePolicy: 'ALLOW_DUPLICATE',
          staticSummary: summary,
        }),
      );
      return { started: true, runId: handle.firstExecutionRunId } as const;
    } catch (error) {
      if (error instanceof WorkflowExecutionAlreadyStartedError) return { started: false } as const;
      throw error;
    }
  }

  async describe(id: string, runId?: string): Promise<RunDescription | null> {
    try {
      const info = await this.#ask(() => this.client.workflow.getHandle(id, runId).describe());
      const pending = info.raw.pendingActivities ?? [];
      const retrying = retryingIn(pending);
      const memo = memoTold(pending);
      return {
        ...describedRun(info),
        ...(memo !== null && { memo }),
        told: toldBy(pending),
        ...(retrying !== null && { retrying }),
      };
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return null;
      throw error;
    }
  }

  async inputOf(workflowId: string, runId: string): Promise<unknown> {
    const request = { namespace: this.namespace, execution: { workflowId, runId }, maximumPageSize: 1 };
    const page = await this.#ask(() => this.client.workflowService.getWorkflowExecutionHistory(request));
    const started = page.history?.events?.[0]?.workflowExecutionStartedEventAttributes;
    return decodePayload(started?.input?.payloads?.[0]);
  }

  async progressOf(id: string, runId: string): Promise<ProgressAnswer> {
    const handle = this.client.workflow.getHandle(id, runId);
    try {
      const progress = await this.#within(answerSeconds, () =>
        handle.query<Progress | null>(queries.progress),
      );
      return progress === null ? { kind: 'none' } : { kind: 'progress', progress };
    } catch (error) {
      if (error instanceof QueryNotRegisteredError) return { kind: 'unasked' };
      if (isNotReady(error)) return { kind: 'none' };
      // A server that is gone is noticed by the next `describe`, which asks no worker.
      if (isNoPoller(error) || isSilence(error)) return { kind: 'no-worker' };
      throw error;
    }
  }

  async endOf(id: string, runId: string): Promise<RunEnd> {
    const handle = this.client.workflow.getHandle(id, runId);
    try {
      return { kind: 'completed', value: await this.#ask(() => handle.result()) };
    } catch (error) {
      const end = endOfFailure(error);
      if (end === null) throw error;
      return end;
    }
  }

  async resolve(id: string, runId: string, answer: ResolveStep, before?: string): Promise<ResolveAnswer> {
    // Two people may give the same answer, and each of them is heard; so is who renews an approval that lapsed.
    const { step, occurrence, action, actor } = answer;
    const updateId = [step, occurrence, action, actor, ...(before === undefined ? [] : [before])].join('/');
    const handle = this.client.workflow.getHandle(id, runId);
    try {
      const progress = await this.#within(updateSeconds, () =>
        handle.executeUpdate<Progress, [ResolveStep]>(updates.resolveStep, { args: [answer], updateId }),
      );
      return { kind: 'accepted', progress };
    } catch (error) {
      if (error instanceof WorkflowUpdateFailedError) return { kind: 'refused', message: messageOf(error) };
      if (error instanceof WorkflowNotFoundError)
        return { kind: 'refused', message: `The run ${id} has ended` };
      if (isNoPoller(error) || isSilence(error)) return { kind: 'no-worker' };
      throw error;
    }
  }

  async cancel(id: string, runId: string): Promise<void> {
    await this.#ask(() => this.client.workflow.getHandle(id, runId).cancel());
  }

  openRuns(types: readonly string[]): Promise<RunDescription[]> {
    return this.#listed(`${ofTypes(types)} AND ExecutionStatus = 'Running'`, openRunsMax);
  }

  list(types: readonly string[], countMax: number): Promise<RunDescription[]> {
    return this.#listed(ofTypes(types), countMax);
  }

  async runsOf(id: string, countMax: number): Promise<RunDescription[]> {
    // A quote would end the text of the query; no run of ours has one.
    return /['"\\]/.test(id) ? [] : this.#listed(`WorkflowId = '${id}'`, countMax);
  }

  #listed(query: string, countMax: number): Promise<RunDescription[]> {
    return this.#ask(async () => {
      const runs: RunDescription[] = [];
      for await (const info of this.client.workflow.list({
        query,
        pageSize: Math.min(countMax, pageSizeMax),
      })) {
        runs.push(describedRun(info));
        if (runs.length >= countMax) break;
      }
      return runs;
    });
  }

  async activitiesOf(id: string, runId: string): Promise<ActivityRecord[]> {
    return activityRecords(await this.#events(id, runId));
  }

  async answersOf(id: string, runId: string): Promise<AnswerRecord[]> {
    return answerRecords(await this.#events(id, runId));
  }

  async close(): Promise<void> {
    await this.connection.close();
  }

  async #events(id: string, runId: string) {
    const history = await this.#ask(() => this.client.workflow.getHandle(id, runId).fetchHistory());
    return history.events ?? [];
  }

  #within<T>(seconds: number, call: () => Promise<T>): Promise<T> {
    return this.connection.withDeadline(Date.now() + seconds * 1000, call);
  }

  /** For questions that the server answers by itself. */
  async #ask<T>(call: () => Promise<T>, seconds = answerSeconds): Promise<T> {
    try {
      return await this.#within(seconds, call);
    } catch (error) {
      if (isSilence(error)) throw new TemporalUnreachable(silenceText(error));
      if (error instanceof WorkflowNotFoundError) throw error;
      if (error instanceof Error && error.name === 'NamespaceNotFoundError') {
        throw new CliError('unreachable', `Temporal has no namespace ${this.namespace}`, {
          next: 'Name another one in TEMPORAL_NAMESPACE, or create it',
        });
      }
      throw error;
    }
  }
}
