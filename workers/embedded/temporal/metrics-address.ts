// SPDX-License-Identifier: Apache-2.0
// Where the worker answers a Prometheus: one free loopback port, kept over restarts. Listens on nothing itself.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { findFreePort, hasListener } from '../border/listening-process.ts';
import { isCovered, ownerTableOf } from '../border/owner-rule-state.ts';
import { EMBEDDED_HOST } from './ports.ts';

const keptSchema = z.object({ port: z.number().int().min(1).max(65535) });

/** @source 9464: the port that OpenTelemetry gives its Prometheus exporters */
const preferredPort = 9464;

/** Longest wait for the rule to be about the port, in seconds. @source the guard looks every 0.5 s */
const COVER_WAIT_SECONDS = 10;
const POLL_MILLISECONDS = 50;

export interface MetricsSurroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
  readonly userId: number;
  /** Whether the state directory's own Temporal is used, whose guard keeps other users off the kept port as well. */
  readonly isGuarded: boolean;
}

/** `HOLDFAST_METRICS`: `HOST:PORT`, or `off`; else the kept port, chosen anew when somebody else listens on it.
 * Null for none, and when the kept port stays open to other users.
 * @idempotent the first choice stands */
export async function metricsAddress(surroundings: MetricsSurroundings): Promise<string | null> {
  const { environment, stateDirectory } = surroundings;
  const named = environment['HOLDFAST_METRICS'];
  if (named === 'off') return null;
  // An operator who names an address decides who may ask there.
  if (named !== undefined && named !== '') return named;
  const kept = await readMetricsPort(stateDirectory);
  const port = kept !== undefined && !hasListener(kept) ? kept : await findFreePort(preferredPort);
  if (port !== kept) await writeJsonFile(metricsPath(stateDirectory), { port });
  return (await isOpenToOthers(surroundings, port)) ? null : `${EMBEDDED_HOST}:${port}`;
}

/** Returns the kept port, or undefined when none was chosen yet. */
export async function readMetricsPort(stateDirectory: string): Promise<number | undefined> {
  return (await readJsonFile(metricsPath(stateDirectory), keptSchema))?.port;
}

export const metricsUrlOf = (address: string): string => `http://${address}/metrics`;

function metricsPath(stateDirectory: string): string {
  return join(stateDirectory, 'metrics.json');
}

async function isOpenToOthers(
  { stateDirectory, userId, isGuarded }: MetricsSurroundings,
  port: number,
): Promise<boolean> {
  if (!isGuarded) return false;
  const deadlineMilliseconds = performance.now() + COVER_WAIT_SECONDS * 1000;
  while (performance.now() < deadlineMilliseconds) {
    if (await isCovered(ownerTableOf(stateDirectory), userId, [port])) return false;
    await sleep(POLL_MILLISECONDS);
  }
  return true;
}
