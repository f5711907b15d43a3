// SPDX-License-Identifier: Apache-2.0
// A worker of a queue of its own: the real engine over activities that do nothing. Touches no box.
import { join } from 'node:path';
import { activityInfo } from '@temporalio/activity';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { table } from '../workflows/contracts/run/build-table.ts';
import type { Compiled } from '../workflows/contracts/run/messages.ts';
import type { ApplyResult, ObserveResult } from '../workflows/contracts/run/observation.ts';
import type { OperationPort } from '../workflows/ports/run/operation.ts';

export const benchQueue = 'holdfast-bench';

export interface BenchInput {
  readonly steps: number;
  /** How many steps run side by side; 1 makes a chain. */
  readonly limit: number;
}

function compiled({ steps, limit }: BenchInput): Compiled {
  const call = (activity: string) => ({ activity, args: {} });
  const names = Array.from({ length: steps }, (_, index) => `step-${index}`);
  const options = { title: 'A step', observe: call('observe'), apply: call('apply') };
  const chained = limit === 1 ? {} : { after: [] };
  const built = table(Object.fromEntries(names.map((name) => [name, { ...options, ...chained }])));
  return {
    table: {
      operation: 'bench',
      subject: 'bench',
      steps: built,
      limit,
      // No box, no lease: its three activities are those of a run, not of a step.
      lease: null,
      takeOver: false,
      inputDigest: '0',
    },
    nonce: '0000000000000000',
  };
}

const activities = {
  compile: ({ payloads }: Parameters<OperationPort['compile']>[0]): Promise<Compiled> => {
    const text = Buffer.from(payloads[0]?.data ?? []).toString('utf8');
    return Promise.resolve(compiled(JSON.parse(text) as BenchInput));
  },
  /** The first look finds a difference, the look after the change none: a step that is changed. */
  observe: (): Promise<ObserveResult> => {
    const isFirst = activityInfo().activityId.includes('/observe/');
    const differences = isFirst ? [{ what: 'a', have: 'b', want: 'c' }] : [];
    const [verdict, count] = isFirst ? (['differs', 1] as const) : (['same', 0] as const);
    return Promise.resolve({ verdict, digest: '0', count, differences });
  },
  apply: (): Promise<ApplyResult> => Promise.resolve({ outcome: 'applied' }),
};

/** Runs `work` while a worker polls, and ends the worker. */
export async function withBenchWorker<T>(root: string, address: string, work: () => Promise<T>): Promise<T> {
  Runtime.install({ logger: new DefaultLogger('WARN') });
  const workflowBundle = await bundleWorkflowCode({
    workflowsPath: join(root, 'bench', 'bench-workflows.ts'),
    logger: new DefaultLogger('WARN'),
  });
  const connection = await NativeConnection.connect({ address });
  try {
    const worker = await Worker.create({ connection, taskQueue: benchQueue, workflowBundle, activities });
    return await worker.runUntil(work);
  } finally {
    await connection.close();
  }
}
