// SPDX-License-Identifier: Apache-2.0
// What runs of Temporal and the worker, read off the state directory. Asks no server and changes nothing.
import { isRecorded } from './background-process.ts';
import type { SuperviseSettings } from './supervise-settings.ts';
import { configuredConnection } from './temporal/connection-settings.ts';
import { EMBEDDED_HOST, readTemporalPorts } from './temporal/ports.ts';
import {
  EMBEDDED_NAMESPACE,
  embeddedUiUrl,
  findTemporalServer,
  temporalDatabasePath,
} from './temporal/server-facts.ts';
import { findUi } from './ui/process.ts';
import { findWorker } from './worker-process.ts';

/** What runs, as one document. */
export interface SuperviseStatus {
  temporal: {
    state: 'running' | 'stopped' | 'configured';
    /** True when it is stopped and nobody asked for that. */
    died?: true;
    address?: string;
    namespace?: string;
    uiUrl?: string;
    pid?: number;
    databaseFile?: string;
  };
  worker: { state: 'running' | 'stopped'; died?: true; pid?: number; buildId?: string; metricsUrl?: string };
}

/** Returns what runs now, without asking any server; takes no lock and changes nothing. */
export async function status(settings: SuperviseSettings): Promise<SuperviseStatus> {
  const worker = await findWorker(settings.stateDirectory);
  return {
    temporal: await temporalStatus(settings),
    worker:
      worker === undefined
        ? { state: 'stopped', ...(await deathOf(settings, 'worker')) }
        : {
            state: 'running',
            pid: worker.process.pid,
            ...(worker.ready !== undefined && { buildId: worker.ready.buildId }),
            ...(worker.ready?.metricsUrl !== undefined && { metricsUrl: worker.ready.metricsUrl }),
          },
  };
}

/** `down` removes the record of what it stops: a record without its process is of one that died. */
async function deathOf({ stateDirectory }: SuperviseSettings, name: string): Promise<{ died?: true }> {
  return (await isRecorded(stateDirectory, name)) ? { died: true } : {};
}

async function temporalStatus(settings: SuperviseSettings): Promise<SuperviseStatus['temporal']> {
  const { environment, stateDirectory } = settings;
  const configured = configuredConnection(environment);
  if (configured !== undefined) {
    const { connectionOptions, namespace } = configured;
    return { state: 'configured', address: connectionOptions.address, namespace };
  }
  const server = await findTemporalServer(stateDirectory);
  const ports = await readTemporalPorts(stateDirectory);
  return {
    state: server === undefined ? 'stopped' : 'running',
    ...(server === undefined && (await deathOf(settings, 'temporal'))),
    ...(ports !== undefined && {
      address: `${EMBEDDED_HOST}:${ports.port}`,
      namespace: EMBEDDED_NAMESPACE,
      uiUrl: embeddedUiUrl(ports),
      databaseFile: temporalDatabasePath(stateDirectory),
    }),
    ...(server !== undefined && { pid: server.pid }),
  };
}

/** Names of what should run and does not. Takes no lock. */
export async function deadParts({ environment, stateDirectory }: SuperviseSettings): Promise<string[]> {
  const isEmbedded = configuredConnection(environment) === undefined;
  const found = {
    ...(isEmbedded && {
      temporal: await findTemporalServer(stateDirectory),
      ui: await findUi(stateDirectory),
    }),
    worker: await findWorker(stateDirectory),
  };
  return Object.entries(found).flatMap(([name, process]) => (process === undefined ? [name] : []));
}
