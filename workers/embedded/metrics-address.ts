// SPDX-License-Identifier: Apache-2.0
// Where the worker tells Prometheus its metrics: a loopback port chosen once and kept, or what the environment says. Opens nothing.
import { join } from 'node:path';
import { z } from 'zod';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { findFreePort, hasListener } from './listening-process.ts';
import { EMBEDDED_HOST } from './temporal-ports.ts';

const keptSchema = z.object({ port: z.number().int().min(1).max(65535) });

/** @source 9464: the port that OpenTelemetry gives its Prometheus exporters */
const preferredPort = 9464;

/** `HOLDFAST_METRICS`: `HOST:PORT`, or `off`; else the kept port, chosen anew when somebody else listens on it.
 * Null for none.
 * @idempotent the first choice stands */
export async function metricsAddress(
  environment: Readonly<Record<string, string>>,
  stateDirectory: string,
): Promise<string | null> {
  const named = environment['HOLDFAST_METRICS'];
  if (named === 'off') return null;
  if (named !== undefined && named !== '') return named;
  const path = join(stateDirectory, 'metrics.json');
  const kept = await readJsonFile(path, keptSchema);
  if (kept !== undefined && !hasListener(kept.port)) return `${EMBEDDED_HOST}:${kept.port}`;
  const port = await findFreePort(preferredPort);
  await writeJsonFile(path, { port });
  return `${EMBEDDED_HOST}:${port}`;
}

export const metricsUrlOf = (address: string): string => `http://${address}/metrics`;
