// SPDX-License-Identifier: Apache-2.0
// Starts the embedded Temporal dev server of one state directory and prepares it. Does not obtain its program.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Failure } from '../../../activities/clients/failure.ts';
import {
  findBackgroundProcess,
  isAlive,
  logPath,
  startBackgroundProcess,
  stopBackgroundProcess,
} from '../background-process.ts';
import type { BackgroundProcess } from '../background-process.ts';
import { hasListener } from '../border/listening-process.ts';
import { withProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { readRedactedTail } from '../redacted-log-tail.ts';
import { registerSearchAttributes } from './search-attributes.ts';
import { requireOwnerRule } from '../border/owner-rule.ts';
import { isCovered, ownerTableOf } from '../border/owner-rule-state.ts';
import {
  EMBEDDED_HOST,
  chooseTemporalPorts,
  readTemporalPorts,
  renewServerUiPort,
  requireFreePorts,
} from './ports.ts';
import type { ChosenPorts, TemporalPorts } from './ports.ts';
import { EMBEDDED_NAMESPACE, TEMPORAL_PROCESS, embeddedUiUrl, temporalDatabasePath } from './server-facts.ts';
import { ensureRetention, withConnection } from './service.ts';

/** Longest wait for the server to answer, in seconds.
 * @source measured 0.5 s on an idle machine; a busy one with a large database takes many times that */
const SERVE_WAIT_SECONDS = 60;
/** Longest wait for the ports of a server whose guard was killed, in seconds. @source measured 20 ms */
const PORT_WAIT_SECONDS = 5;
const POLL_MILLISECONDS = 50;

/** A running embedded server. */
export interface TemporalServer {
  process: BackgroundProcess;
  address: string;
  uiUrl: string;
  /** Whether this call started it. */
  started: boolean;
}

export interface StartTemporalServer {
  stateDirectory: string;
  /** Provides the program's path; called only when the server has to be started. */
  provideBinary: () => Promise<string>;
  /** The program that runs the server behind its rule. */
  guardEntry: string;
  userId: number;
  environment: Readonly<Record<string, string>>;
  progress: Progress;
}

/** Makes the embedded server run, serve, keep closed runs for 30 days and know our search attributes.
 * Call it under the state directory's lock.
 * @idempotent a running one is only prepared; the ports and the database are kept over restarts
 * @throws Failure `Conflict` when a kept port is taken, `Unreachable` with the log's last lines when it
 * dies or does not serve within 60 s, `PreconditionFailed` when other users cannot be kept off its ports */
export async function ensureTemporalServer(options: StartTemporalServer): Promise<TemporalServer> {
  const { stateDirectory } = options;
  const running = await findGuarded(options);
  const server = running ?? (await launch(options));
  const ports = await chooseTemporalPorts(stateDirectory);
  const address = `${EMBEDDED_HOST}:${ports.port}`;
  await waitUntilServing(options, server, ports);
  await withConnection({ address }, async (connection) => {
    await ensureRetention(connection, EMBEDDED_NAMESPACE);
    await registerSearchAttributes(connection, EMBEDDED_NAMESPACE);
  });
  return { process: server, address, uiUrl: embeddedUiUrl(ports), started: running === undefined };
}

/** Returns the running server; one that other users could reach is stopped first. */
async function findGuarded({
  stateDirectory,
  userId,
  progress,
}: StartTemporalServer): Promise<BackgroundProcess | undefined> {
  const running = await findBackgroundProcess(stateDirectory, TEMPORAL_PROCESS);
  if (running === undefined) return undefined;
  const ports = await readTemporalPorts(stateDirectory);
  const wanted = [ports?.port, ports?.serverUiPort].filter((port) => port !== undefined);
  if (wanted.length === 2 && (await isCovered(ownerTableOf(stateDirectory), userId, wanted))) return running;
  progress('restarting Temporal: other users of this machine can reach its ports');
  await stopTemporalServer(stateDirectory);
  return undefined;
}

/** Stops the embedded server, if it runs, and returns what it stopped; the database and the ports stay.
 * @idempotent */
export function stopTemporalServer(stateDirectory: string): Promise<BackgroundProcess | undefined> {
  return stopBackgroundProcess(stateDirectory, TEMPORAL_PROCESS);
}

async function launch(options: StartTemporalServer): Promise<BackgroundProcess> {
  const { stateDirectory, environment, userId, guardEntry } = options;
  await requireOwnerRule(stateDirectory, userId);
  // Kept ports are asked before a build of minutes, new ones chosen after it, right before they are bound.
  const kept = await readTemporalPorts(stateDirectory);
  if (kept !== undefined) await requireFreePort(stateDirectory, kept.port);
  const binary = await options.provideBinary();
  const ports = await renewServerUiPort(stateDirectory);
  const databaseFile = temporalDatabasePath(stateDirectory);
  await mkdir(join(stateDirectory, 'temporal'), { recursive: true, mode: 0o700 });
  return startBackgroundProcess({
    stateDirectory,
    name: TEMPORAL_PROCESS,
    command: [process.execPath, guardEntry, stateDirectory, binary, ...serverWords(ports, databaseFile)],
    // Of our environment it needs only these; a TEMPORAL_* variable is meant for clients and may hold a key.
    environment: { PATH: environment['PATH'] ?? '', HOME: environment['HOME'] ?? stateDirectory },
    settings: { address: `${EMBEDDED_HOST}:${ports.port}`, databaseFile },
  });
}

/** A server whose guard was killed goes with it, but not in the same instant. */
async function requireFreePort(stateDirectory: string, port: number): Promise<void> {
  const deadlineMilliseconds = performance.now() + PORT_WAIT_SECONDS * 1000;
  while (hasListener(port) && performance.now() < deadlineMilliseconds) await sleep(POLL_MILLISECONDS);
  await requireFreePorts(stateDirectory, [port]);
}

function serverWords(ports: ChosenPorts, databaseFile: string): string[] {
  return [
    'server',
    'start-dev',
    // The operator's own client settings must not reach into this server.
    '--disable-config-file',
    '--disable-config-env',
    '--ip',
    EMBEDDED_HOST,
    '--port',
    String(ports.port),
    '--ui-port',
    String(ports.serverUiPort),
    '--db-filename',
    databaseFile,
    '--namespace',
    EMBEDDED_NAMESPACE,
    '--log-level',
    'warn',
    '--log-format',
    'json',
    '--color',
    'never',
    '--headless=false',
  ];
}

async function waitUntilServing(
  { stateDirectory, progress }: StartTemporalServer,
  server: BackgroundProcess,
  ports: TemporalPorts,
): Promise<void> {
  const address = `${EMBEDDED_HOST}:${ports.port}`;
  const deadlineMilliseconds = performance.now() + SERVE_WAIT_SECONDS * 1000;
  await withProgress(
    progress,
    (seconds) => `waiting for temporal at ${address}, ${seconds} s so far`,
    async () => {
      let cause: unknown;
      while (isAlive(server) && performance.now() < deadlineMilliseconds) {
        // A look saves the failed try, after which the client would wait a second before the next.
        if (hasListener(ports.port)) {
          try {
            return await withConnection({ address }, async () => undefined);
          } catch (error) {
            cause = error;
          }
        }
        await sleep(POLL_MILLISECONDS);
      }
      throw await notServing(stateDirectory, server, cause);
    },
  );
}

async function notServing(stateDirectory: string, server: BackgroundProcess, cause: unknown) {
  const path = logPath(stateDirectory, TEMPORAL_PROCESS);
  const fate = isAlive(server)
    ? `runs as pid ${server.pid} but does not serve after ${SERVE_WAIT_SECONDS} s`
    : `(pid ${server.pid}) ended while it was starting`;
  return new Failure(
    'Unreachable',
    `The embedded Temporal ${fate}; last lines of ${path}:\n${await readRedactedTail(path)}`,
    { on: path, hint: `Read ${path}, mend what it says, then run: holdfast down, holdfast up`, cause },
  );
}
