// SPDX-License-Identifier: Apache-2.0
// The canary as a table of one step: whether the cloud lets its user in, then the canary run. Pure.
import { table } from '../../contracts/run/build-table.ts';
import type { CanaryRequest } from '../../contracts/canary/canary.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call } from '../../ports/index.ts';

export function canarySteps(request: CanaryRequest): CompiledStep[] {
  const { cloud, cloudsFile } = request;
  const login = { cloud, ...(cloudsFile !== undefined && { cloudsFile }) };
  return table({
    canary: {
      title: 'A guest answered a plain user',
      profile: 'command',
      onFailure: 'fail',
      tries: 1,
      observe: call('observeCloud', login),
      // eslint-disable-next-line no-restricted-syntax -- the look needs the login alone
      apply: call('measureCloud', request),
    },
  });
}
