// SPDX-License-Identifier: Apache-2.0
// The ports of the embedded Temporal: chosen once, then kept for good. Starts nothing.
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { Failure } from '../../../activities/clients/failure.ts';
import { readJsonFile, writeJsonFile } from '../json-file.ts';
import { findFreePort, findListeningProcess, hasListener } from '../border/listening-process.ts';

const portSchema = z.number().int().min(1).max(65535);
const portsSchema = z.object({
  port: portSchema,
  uiPort: portSchema,
  serverUiPort: portSchema.optional(),
});

/** Loopback ports of the embedded server. */
export interface TemporalPorts {
  /** Where clients connect. */
  port: number;
  /** Where people reach the web UI: our own program in front of the server's. */
  uiPort: number;
  /** The server's own web UI; state directories of earlier releases have none until it is chosen. */
  serverUiPort?: number | undefined;
}

export interface ChosenPorts extends TemporalPorts {
  serverUiPort: number;
}

/** @source the defaults of `temporal server start-dev`, which clients try first */
const PREFERRED_PORTS = { port: 7233, uiPort: 8233 };

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
export async function chooseTemporalPorts(stateDirectory: string): Promise<ChosenPorts> {
  const kept = await readTemporalPorts(stateDirectory);
  const { serverUiPort } = kept ?? {};
  if (kept !== undefined && serverUiPort !== undefined) return { ...kept, serverUiPort };
  return choosePorts(stateDirectory, kept);
}

/** Returns the kept ports, with another one for the server's own UI, which nobody but us asks for, when that is taken. */
export async function renewServerUiPort(stateDirectory: string): Promise<ChosenPorts> {
  const ports = await chooseTemporalPorts(stateDirectory);
  return hasListener(ports.serverUiPort) ? choosePorts(stateDirectory, ports) : ports;
}

async function choosePorts(stateDirectory: string, kept: TemporalPorts | undefined): Promise<ChosenPorts> {
  const taken: number[] = [];
  // The kernel may hand out the same number twice, as the first is free again by then.
  const another = async (preferred: number): Promise<number> => {
    let port = await findFreePort(preferred);
    while (taken.includes(port)) port = await findFreePort(0);
    taken.push(port);
    return port;
  };
  const port = kept?.port ?? (await another(PREFERRED_PORTS.port));
  const uiPort = kept?.uiPort ?? (await another(PREFERRED_PORTS.uiPort));
  taken.push(port, uiPort);
  const chosen = { port, uiPort, serverUiPort: await another(0) };
  await writeJsonFile(portsPath(stateDirectory), chosen);
  return chosen;
}

/** Returns whether an address is that of this state directory's own server. */
export async function isEmbeddedAddress(stateDirectory: string, address: string): Promise<boolean> {
  const ports = await readTemporalPorts(stateDirectory);
  return ports !== undefined && address === `${EMBEDDED_HOST}:${ports.port}`;
}

/** @source 2 s: a busy machine takes tenths of a second to close what an ended process listened on */
const closingMilliseconds = 2000;

/** A listener without a process that can be seen is one that closes, or one of another namespace: only the second stays. */
async function isTaken(port: number): Promise<boolean> {
  const until = performance.now() + closingMilliseconds;
  while (hasListener(port)) {
    if (findListeningProcess(port) !== undefined || performance.now() > until) return true;
    await sleep(50);
  }
  return false;
}

/** Returns when nobody listens on these ports.
 * @throws Failure `Conflict` naming who listens on the first one that is taken */
export async function requireFreePorts(
  stateDirectory: string,
  ports: readonly (number | undefined)[],
): Promise<void> {
  for (const port of ports) {
    if (port === undefined || !(await isTaken(port))) continue;
    const owner = findListeningProcess(port);
    const who =
      owner === undefined ? 'a process that cannot be seen from here' : `pid ${owner.pid} (${owner.command})`;
    const end =
      owner === undefined ? `Find it with: ss -ltnp 'sport = :${port}'` : `End it with: kill ${owner.pid}`;
    throw new Failure(
      'Conflict',
      `Port ${port} of the embedded Temporal is taken by ${who}; nothing was started on it`,
      {
        on: `port ${port}`,
        hint: `${end}; or let new ports be chosen by removing ${portsPath(stateDirectory)}; then run: holdfast up`,
      },
    );
  }
}
