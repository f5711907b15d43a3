// SPDX-License-Identifier: Apache-2.0
// Keeps every flight where it outlives Temporal, and shows it to whoever asks the worker for its metrics.
// Touches: state directory, the worker's metrics
import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { metricMeter } from '@temporalio/activity';
import type { CanaryFlight } from '../../workflows/contracts/canary.ts';

export const samplesPath = (stateDirectory: string, cloud: string): string =>
  join(stateDirectory, 'canaries', `${cloud}.ndjson`);

/** Where the last failed flight's console is kept, for people. */
export const consolePath = (stateDirectory: string, cloud: string): string =>
  join(stateDirectory, 'canaries', `${cloud}.console`);

/** One line in one write: flights that end at the same time do not mix. */
export async function keepSample(stateDirectory: string, flight: CanaryFlight): Promise<void> {
  const path = samplesPath(stateDirectory, flight.cloud);
  await mkdir(dirname(path), { recursive: true, mode: 0o700 });
  await appendFile(path, `${JSON.stringify(flight)}\n`, { mode: 0o644 });
  if (flight.consoleTail !== undefined)
    await writeFile(consolePath(stateDirectory, flight.cloud), `${flight.consoleTail}\n`, { mode: 0o644 });
}

/** Names after Prometheus' rules: base units, and the unit at the end. */
export function measure({ cloud, result, seconds, phases, throughput, failedPhase }: CanaryFlight): void {
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
  metricMeter
    .createCounter('holdfast_canary_flights', '', 'Canaries by their result')
    .add(1, { cloud, result, failed_phase: failedPhase ?? 'none' });
}
