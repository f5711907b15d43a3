// SPDX-License-Identifier: Apache-2.0
// The canary as an operation: finds the login of any cloud by its name, flies, keeps what was seen. Takes no lease.
// Touches: the cloud's APIs, state directory
import type { CanaryFlight, CanaryWishes } from '../../workflows/contracts/canary.ts';
import type { CanaryPort } from '../../workflows/ports/canary.ts';
import { withCloud } from '../clients/cloud.ts';
import { findCloud } from '../clients/clouds-files.ts';
import { asRowFailure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { beating, Detached, observing, scopeOf, type RowScope } from '../row-scope.ts';
import { fly } from './flight.ts';
import { keepSample, measure } from './samples.ts';

type CanaryOperation = Pick<CanaryPort, 'observeCloud' | 'flyCanary'>;

export function canaryOperationActivities({ stateDirectory }: Clients): CanaryOperation {
  /** What keeps a flight from beginning is a bad one: Temporal's retries serve lost workers only. */
  const flown = async (wishes: CanaryWishes, scope: RowScope): Promise<CanaryFlight> => {
    const startedAt = new Date().toISOString();
    try {
      return await fly(await findCloud(stateDirectory, wishes.cloud, wishes.cloudsFile), wishes, scope);
    } catch (error) {
      if (error instanceof Detached) throw error;
      const failure = asRowFailure(error, wishes.cloud);
      const ground = { cloud: wishes.cloud, result: 'bad', startedAt, seconds: 0, phases: [] } as const;
      return { ...ground, throughput: {}, failedPhase: 'look-up', failure };
    }
  };
  return {
    observeCloud: observing(async ({ cloud, cloudsFile }) => {
      const login = await findCloud(stateDirectory, cloud, cloudsFile);
      await withCloud(login, (client) => client.issueToken());
      return [];
    }),
    flyCanary: (wishes, context) =>
      beating(async (tell) => {
        const flight = await flown(wishes, scopeOf(context, tell));
        await keepSample(stateDirectory, flight);
        measure(flight);
        return flight;
      }),
  };
}
