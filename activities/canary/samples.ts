// SPDX-License-Identifier: Apache-2.0
// Keeps every canary run where it outlives Temporal, and exposes it as metrics of the worker.
import { appendFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { metricMeter } from '@temporalio/activity';
import type { CanaryRun } from '../../workflows/contracts/canary/canary.ts';

const samplesPath = (stateDirectory: string, cloud: string): string =>
  join(stateDirectory, 'canaries', `${cloud}.ndjson`);

/** Where the last failed run's console is kept, for people. */
export const consolePath = (stateDirectory: string, cloud: string): string =>
  join(stateDirectory, 'canaries', `${cloud}.console`);

/** Runs of about five weeks, one every ten minutes. @source a run with all phases is 1.5 KiB */
const bytesMax = 8 * 1024 * 1024;

/** Runs that end at the same time do not meet in the file. */
let turn: Promise<void> = Promise.resolve();

/** Of a file that has grown large, the older half goes. */
export async function keepSample(stateDirectory: string, run: CanaryRun): Promise<void> {
  const path = samplesPath(stateDirectory, run.cloud);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  const mine = turn.then(async () => {
    await trim(path, bytesMax);
    await appendFile(path, `${JSON.stringify(run)}\n`, { mode: 0o644 });
  });
  turn = mine.catch(() => undefined);
  await mine;
  if (run.consoleTail !== undefined)
    await writeFile(consolePath(stateDirectory, run.cloud), `${run.consoleTail}\n`, { mode: 0o644 });
}

/** @idempotent a file that is no larger than `bytes`, or none, is left alone */
export async function trim(path: string, bytes: number): Promise<void> {
  const size = (await stat(path).catch(() => null))?.size ?? 0;
  if (size <= bytes) return;
  const lines = (await readFile(path, 'utf8')).trimEnd().split('\n');
  const newer = `${path}.new`;
  await writeFile(newer, `${lines.slice(Math.ceil(lines.length / 2)).join('\n')}\n`, { mode: 0o644 });
  await rename(newer, path);
}

/** Names after Prometheus' rules: base units, and the unit at the end. */
export function measure({ cloud, result, seconds, phases, throughput, failedPhase }: CanaryRun): void {
  metricMeter
    .createCounter('holdfast_canary_flights', '', 'Canaries by their result')
    .add(1, { cloud, result, failed_phase: failedPhase ?? 'none' });
  if (result === 'busy') return;
  const histogram = metricMeter.createHistogram(
    'holdfast_canary_phase_duration_seconds',
    'float',
    's',
    'Time of each phase of canaries',
  );
  const last = metricMeter.createGauge(
    'holdfast_canary_phase_seconds',
    'float',
    's',
    'Time of each phase of the last canary',
  );
  for (const { phase, seconds: taken, outcome } of phases) {
    if (outcome === 'skipped') continue;
    histogram.record(taken, { cloud, phase, outcome });
    last.set(taken, { cloud, phase });
  }
  metricMeter
    .createGauge('holdfast_canary_seconds', 'float', 's', 'Time of the last canary')
    .set(seconds, { cloud });
  metricMeter
    .createGauge('holdfast_canary_good', 'int', '', '1 when the last canary ended well, else 0')
    .set(result === 'good' ? 1 : 0, { cloud });
  const pace = metricMeter.createGauge(
    'holdfast_canary_throughput_megabytes_per_second',
    'float',
    '',
    'Pace of the last canary through its floating IP',
  );
  for (const [direction, megabytes] of Object.entries(throughput))
    pace.set(megabytes as number, { cloud, direction });
}
