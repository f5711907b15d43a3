// SPDX-License-Identifier: Apache-2.0
// The ports of the embedded Temporal: chosen once, then kept for good. Starts nothing.
import { join } from 'node:path';
import { z } from 'zod';
import { EmbeddedError } from './embedded-error.ts';
import { readJsonFile, writeJsonFile } from './json-file.ts';
import { findFreePort, findListeningProcess, hasListener } from './listening-process.ts';

const portSchema = z.number().int().min(1).max(65535);
const portsSchema = z.object({ port: portSchema, uiPort: portSchema });

/** Loopback ports of the embedded server: gRPC and web UI. */
export type TemporalPorts = z.infer<typeof portsSchema>;

/** @source the defaults of `temporal server start-dev`, which clients try first */
const PREFERRED_PORTS: TemporalPorts = { port: 7233, uiPort: 8233 };

/** Where the embedded server can be reached. */
export const EMBEDDED_HOST = '127.0.0.1';

function portsPath(stateDirectory: string): string {
  return join(stateDirectory, 'temporal', 'ports.json');
}

/** Returns the kept ports, or undefined when this state directory never had an embedded server. */
export function readTemporalPorts(stateDirectory: string): Promise<TemporalPorts | undefined> {
  return readJsonFile(portsPath(stateDirectory), portsSchema);
}

/** Returns the kept ports, or chooses free ones (7233 and 8233 when free) and keeps them. Call it under the lock.
 * @idempotent the first choice stands */
export async function chooseTemporalPorts(stateDirectory: string): Promise<TemporalPorts> {
  const kept = await readTemporalPorts(stateDirectory);
  if (kept !== undefined) return kept;
  const port = await findFreePort(PREFERRED_PORTS.port);
  let uiPort = await findFreePort(PREFERRED_PORTS.uiPort);
  // The kernel may hand out the same number twice, as the first is free again by then.
  while (uiPort === port) uiPort = await findFreePort(0);
  const chosen = { port, uiPort };
  await writeJsonFile(portsPath(stateDirectory), chosen);
  return chosen;
}

/** Returns when both ports can be bound.
 * @throws EmbeddedError `Conflict` naming who listens on the first one that cannot */
export async function requireFreePorts(stateDirectory: string, ports: TemporalPorts): Promise<void> {
  for (const port of [ports.port, ports.uiPort]) {
    if (!hasListener(port)) continue;
    const owner = findListeningProcess(port);
    const who =
      owner === undefined ? 'a process that cannot be seen from here' : `pid ${owner.pid} (${owner.command})`;
    const end =
      owner === undefined ? `Find it with: ss -ltnp 'sport = :${port}'` : `End it with: kill ${owner.pid}`;
    throw new EmbeddedError(
      'Conflict',
      `Port ${port} of the embedded Temporal is taken by ${who}; Temporal was not started`,
      `${end}; or let new ports be chosen by removing ${portsPath(stateDirectory)}; then run: holdfast up`,
    );
  }
}
