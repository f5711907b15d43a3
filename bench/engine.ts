// SPDX-License-Identifier: Apache-2.0
// What the engine costs per step against a plain loop of three activities, and how fast a worker starts. Prints nothing.
import { randomBytes } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Client } from '@temporalio/client';
import { execa } from 'execa';
import { Lab, root } from '../test/system/lab.ts';
import { benchQueue, withBenchWorker, type BenchInput } from './bench-worker.ts';
import { median, type Sample } from './report.ts';

const steps = 30;
const shapes = [
  { shape: '30 steps, one after another', limit: 1 },
  { shape: '30 steps, 4 side by side', limit: 4 },
];

interface Comparison {
  readonly shape: string;
  readonly engine: Sample;
  readonly plain: Sample;
  readonly ratio: number;
}

/** Milliseconds per step, from the start of the run to its result. */
async function timed({ workflow }: Client, name: string, input: BenchInput): Promise<number> {
  const workflowId = `bench/${randomBytes(6).toString('hex')}`;
  const begun = performance.now();
  await workflow.execute(name, { workflowId, taskQueue: benchQueue, args: [input] });
  return (performance.now() - begun) / input.steps;
}

/** Both sides alternate, and take turns in being first, so that a busy moment meets both. */
async function compare(client: Client, shape: string, limit: number, runs: number): Promise<Comparison> {
  const input = { steps, limit };
  const sides = ['EngineTable', 'PlainLoop'];
  const values = new Map<string, number[]>(sides.map((side) => [side, []]));
  for (let run = -1; run < runs; run += 1) {
    for (const side of run % 2 === 0 ? sides : [...sides].reverse()) {
      const milliseconds = await timed(client, side, input);
      // The first round warms up: isolates, caches, the server's shards.
      if (run >= 0) values.get(side)?.push(milliseconds);
    }
  }
  const [engine = [], plain = []] = sides.map((side) => values.get(side) ?? []);
  return {
    shape,
    engine: { what: `engine, ${shape}`, unit: 'ms', values: engine },
    plain: { what: `plain loop, ${shape}`, unit: 'ms', values: plain },
    ratio: median(engine) / median(plain),
  };
}

/** From the spawn of the built worker to the file in which it says that it polls. */
async function workerStart(address: string): Promise<number> {
  const state = await mkdtemp(join(tmpdir(), 'holdfast-bench-'));
  const ready = join(state, 'run', 'worker.ready.json');
  const env = { HOLDFAST_STATE: state, TEMPORAL_ADDRESS: address, TEMPORAL_CONFIG_FILE: '/dev/null' };
  const begun = performance.now();
  const worker = execa('node', [join(root, 'dist', 'control.js')], { env, reject: false, stdio: 'ignore' });
  let ended = false;
  void worker.then(() => (ended = true));
  try {
    while ((await readFile(ready, 'utf8').catch(() => null)) === null) {
      if (ended) throw new Error('The worker ended before it was ready');
      await sleep(2);
    }
    return performance.now() - begun;
  } finally {
    worker.kill('SIGTERM');
    await worker;
    await rm(state, { recursive: true, force: true });
  }
}

export interface EngineTimes {
  readonly steps: number;
  readonly comparisons: readonly Comparison[];
  readonly workerStart: Sample;
}

/** `runs` of each side, after one to warm up. */
export async function benchEngine(runs: number): Promise<EngineTimes> {
  const lab = await Lab.create();
  try {
    const address = await lab.address();
    const client = await lab.client();
    const values: number[] = [];
    for (let run = -1; run < runs; run += 1) {
      const milliseconds = await workerStart(address);
      if (run >= 0) values.push(milliseconds);
    }
    const comparisons = await withBenchWorker(root, address, async () => {
      const all: Comparison[] = [];
      for (const { shape, limit } of shapes) all.push(await compare(client, shape, limit, runs));
      return all;
    });
    return { steps, comparisons, workerStart: { what: 'worker, from spawn to polling', unit: 'ms', values } };
  } finally {
    await lab.dispose();
  }
}
