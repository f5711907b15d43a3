// SPDX-License-Identifier: Apache-2.0
// Two days of canaries as a cloud leaves them, made up: some bad, and a night in which none ran. Always the same.
import type { CanaryRun } from '../../workflows/contracts/canary/canary.ts';
import { generator } from '../proofs/crash/crash-plan.ts';

const checks = [
  ['network', 1.2],
  ['server', 14],
  ['floating-ip', 2],
  ['ping', 20],
  ['ssh', 6],
  ['dns', 0.6],
] as const;
const failure = {
  code: 'Rejected',
  message: 'The server went to ERROR',
  on: 'server canary-7f3a',
  cause: 'No valid host was found. There are not enough hosts available.',
  hint: 'Read the fault of the server, and the log of nova-scheduler',
} as const;

const hundredths = (value: number): number => Math.round(value * 100) / 100;

/** One line each, the oldest first; `until`: milliseconds since 1970. */
export function canaryDays(cloud: string, until: number): string {
  const chance = generator(7);
  const runs: CanaryRun[] = [];
  for (let minutes = 48 * 60; minutes > 0; minutes -= 10) {
    const isNight = minutes < 20 * 60 && minutes > 13 * 60;
    const isBad = chance() < 0.03;
    const times = checks.map(([phase, seconds]) => ({
      phase,
      seconds: hundredths(seconds * (0.8 + chance() * 0.6)),
    }));
    const reached = isBad ? times.slice(0, 2) : times;
    const phases = reached.map(({ phase, seconds }, index) => ({
      phase,
      seconds,
      outcome: isBad && index === reached.length - 1 ? ('failed' as const) : ('good' as const),
    }));
    if (isNight) continue;
    runs.push({
      cloud,
      result: isBad ? 'bad' : 'good',
      startedAt: new Date(until - minutes * 60_000).toISOString(),
      seconds: hundredths(phases.reduce((sum, { seconds }) => sum + seconds, 0)),
      phases,
      throughput: isBad ? {} : { out: hundredths(60 + chance() * 15), in: hundredths(35 + chance() * 10) },
      ...(isBad && { failedPhase: 'server' as const, failure }),
    });
  }
  return `${runs.map((run) => JSON.stringify(run)).join('\n')}\n`;
}
