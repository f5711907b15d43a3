// SPDX-License-Identifier: Apache-2.0
// Serves the task queue of one station, one activity at a time, in front of a person. Runs no workflow.
import { join } from 'node:path';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';
import { stationActivities } from '../../activities/station/activities.ts';
import type { Station } from '../../activities/station/station.ts';
import { stationQueue } from '../../workflows/contracts/authority/authority-spec.ts';
import type { CeremonyRef } from '../../workflows/contracts/authority/ceremony.ts';
import type { ApplyResult, ObserveResult } from '../../workflows/contracts/run/observation.ts';
import type { StepContext } from '../../workflows/contracts/run/table.ts';
import { withExclusiveLock } from '../embedded/exclusive-lock.ts';
import { failingVisibly } from '../failed-activity.ts';
import { connectionSettings } from '../embedded/temporal/connection-settings.ts';
import { composeStation } from './compose-station.ts';
import type { ServeRequest, StationSurroundings } from './request.ts';

/** Resolves once it was told to stop. @throws Failure Conflict while another process serves the same station */
export async function runStation(request: ServeRequest, surroundings: StationSurroundings): Promise<void> {
  const { stateDirectory, say } = surroundings;
  const station = composeStation(request.station, request, surroundings);
  const lock = {
    path: join(stateDirectory, 'stations', `${request.station}.lock`),
    purpose: `the station ${request.station}`,
    // A station that was killed is gone by then.
    waitSeconds: 3,
    progress: say,
  };
  await withExclusiveLock(lock, () => serve(station, surroundings));
}

async function serve(station: Station, { environment, stateDirectory, pid, say }: StationSurroundings) {
  // A module that does not load is a matter for the person in front, before anybody waits for it.
  const found = await station.tokens.list();
  const { connectionOptions, namespace } = await connectionSettings(environment, stateDirectory);
  Runtime.install({ logger: new DefaultLogger('ERROR'), shutdownSignals: ['SIGTERM', 'SIGINT'] });
  const connection = await NativeConnection.connect(connectionOptions);
  try {
    const worker = await Worker.create({
      connection,
      namespace,
      identity: `holdfast-station-${station.name}-${pid}`,
      taskQueue: stationQueue(station.name),
      activities: announced(station, say),
      interceptors: { activity: [() => ({ inbound: failingVisibly })] },
      maxConcurrentActivityTaskExecutions: 1,
      shutdownGraceTime: '2 seconds',
      shutdownForceTime: '20 seconds',
      maxHeartbeatThrottleInterval: '3 seconds',
      defaultHeartbeatThrottleInterval: '3 seconds',
    });
    say(`Station ${station.name} is at work; Ctrl-C ends it`);
    for (const { label, serial } of found) say(`  plugged in: ${label}, serial number ${serial}`);
    if (found.length === 0) say('  no token is plugged in');
    await worker.run();
  } finally {
    await connection.close();
  }
}

type StationActivity = (args: CeremonyRef, context: StepContext) => Promise<ObserveResult | ApplyResult>;

/** The same activities; the person in front sees what the tokens are asked for. */
function announced(station: Station, say: (line: string) => void): Record<string, StationActivity> {
  const own = stationActivities(station) as unknown as Readonly<Record<string, StationActivity>>;
  return Object.fromEntries(
    Object.entries(own).map(([name, activity]) => [
      name,
      async (args, context) => {
        const result = await activity(args, context);
        say(`${new Date().toISOString().slice(11, 19)} ${context.subject} ${context.step}: ${endOf(result)}`);
        return result;
      },
    ]),
  );
}

function endOf(result: ObserveResult | ApplyResult): string {
  if ('outcome' in result)
    return result.outcome === 'applied' ? (result.detail ?? 'done') : failureText(result.failure);
  if (result.verdict === 'failed') return failureText(result.failure);
  if (result.verdict === 'same') return 'as it has to be';
  const [first] = result.differences;
  return first === undefined ? 'differs' : `${first.what}: ${first.have}`;
}

const failureText = ({ message, cause }: { message: string; cause?: string }): string =>
  cause === undefined ? message : `${message}: ${cause}`;
