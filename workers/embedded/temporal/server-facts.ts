// SPDX-License-Identifier: Apache-2.0
// Where the embedded server is, and whether it runs, read off the state directory. Connects to nothing.
import { join } from 'node:path';
import { findBackgroundProcess, type BackgroundProcess } from '../background-process.ts';
import { EMBEDDED_HOST, type TemporalPorts } from './ports.ts';

/** Under which its process is recorded. */
export const TEMPORAL_PROCESS = 'temporal';
/** The namespace of the embedded server; the dev server always creates it. */
export const EMBEDDED_NAMESPACE = 'default';

/** Returns the path of the embedded server's database. */
export function temporalDatabasePath(stateDirectory: string): string {
  return join(stateDirectory, 'temporal', 'temporal.db');
}

/** Returns the address of the web UI. */
export function embeddedUiUrl({ uiPort }: TemporalPorts): string {
  return `http://${EMBEDDED_HOST}:${uiPort}`;
}

/** Returns the recorded embedded server when it is alive: its guard, which ends with it. */
export function findTemporalServer(stateDirectory: string): Promise<BackgroundProcess | undefined> {
  return findBackgroundProcess(stateDirectory, TEMPORAL_PROCESS);
}
