// SPDX-License-Identifier: Apache-2.0
// The canary as an operation: finds the login of any cloud by its name, flies, keeps what was seen. Takes no lease.
import {
  boxOfTestCloud,
  type CanaryRun,
  type CanaryRequest,
} from '../../workflows/contracts/canary/canary.ts';
import type { ReadLeaseResult } from '../../workflows/contracts/run/lease.ts';
import type { CanaryPort } from '../../workflows/ports/cloud/canary.ts';
import { withCloud } from '../clients/openstack/cloud.ts';
import { findCloud } from '../clients/openstack/clouds-files.ts';
import { asStepFailure } from '../clients/failure.ts';
import { readHolder } from '../hosts/lease.ts';
import type { Clients } from '../clients/index.ts';
import { beating, Detached, observing, scopeOf, type StepScope } from '../step-scope.ts';
import { runPhases } from './run.ts';
import { keepSample, measure } from './samples.ts';

type CanaryOperation = Pick<CanaryPort, 'observeCloud' | 'measureCloud'>;

export function canaryOperationActivities({ stateDirectory }: Clients): CanaryOperation {
  /** A canary run that cannot begin is a bad one: Temporal's retries serve lost workers only. */
  const measured = async (request: CanaryRequest, scope: StepScope): Promise<CanaryRun> => {
    const startedAt = new Date().toISOString();
    try {
      return await runPhases(
        await findCloud(stateDirectory, request.cloud, request.cloudsFile),
        request,
        scope,
      );
    } catch (error) {
      if (error instanceof Detached) throw error;
      const failure = asStepFailure(error, request.cloud);
      const ground = { cloud: request.cloud, result: 'bad', startedAt, seconds: 0, phases: [] } as const;
      return { ...ground, throughput: {}, failedPhase: 'look-up', failure };
    }
  };
  return {
    observeCloud: observing(async ({ cloud, cloudsFile }) => {
      // The run itself tells why it does not begin.
      if ((await holdOf(cloud)).holder !== null) return [];
      const login = await findCloud(stateDirectory, cloud, cloudsFile);
      await withCloud(login, (client) => client.issueToken());
      return [];
    }),
    measureCloud: (request, context) =>
      beating(async (tell) => {
        const run = await undisturbed(request.cloud, () => measured(request, scopeOf(context, tell)));
        await keepSample(stateDirectory, run);
        measure(run);
        return run;
      }),
  };
}

/** Of a box of this machine that the cloud would be of; other clouds have no lease. */
function holdOf(cloud: string): Promise<ReadLeaseResult> {
  const box = boxOfTestCloud(cloud);
  return box === null ? Promise.resolve({ holder: null, epoch: 0 }) : readHolder(box);
}

/** A canary run in a box that is being changed proves nothing about the cloud, unless it is good. */
async function undisturbed(cloud: string, measured: () => Promise<CanaryRun>): Promise<CanaryRun> {
  const busy = { cloud, result: 'busy', throughput: {} } as const;
  const before = await holdOf(cloud);
  if (before.holder !== null)
    return { ...busy, startedAt: new Date().toISOString(), seconds: 0, phases: [], heldBy: before.holder };
  const run = await measured();
  const { holder, epoch } = await holdOf(cloud);
  if (run.result !== 'bad' || epoch === before.epoch) return run;
  const { startedAt, seconds, phases } = run;
  return { ...busy, startedAt, seconds, phases, heldBy: holder ?? 'a run that has ended' };
}
