// SPDX-License-Identifier: Apache-2.0
// step-ca of this release: built from source into the cache once, and copied into the box of an authority.
import { join } from 'node:path';
import { serverPaths } from '../../workflows/contracts/authority/server.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { Clients } from '../clients/index.ts';
import { dataDirectory } from '../hosts/places.ts';
import { runToSuccess } from '../run-command.ts';
import { settleLiveJobs, type StepScope } from '../step-scope.ts';
import build from './scripts/build-step-ca.sh';

/** @source the newest that the module proxy had; it builds without a local replace in 65 s on two processors */
const stepCaVersion = '0.30.2';

type Place = Pick<Clients, 'machine' | 'cacheDirectory'>;

const cached = ({ cacheDirectory }: Place): string => join(cacheDirectory, 'step-ca', stepCaVersion);
const target = (box: string): string => join(dataDirectory(box), serverPaths.program);

export async function programDifferences(place: Place, box: string, scope: StepScope): Promise<Difference[]> {
  const machine = place.machine(box);
  if (scope.context.epoch > 0) await settleLiveJobs(machine, scope, scope.key);
  const { exitCode } = await machine.run(['cmp', '--silent', join(cached(place), 'step-ca'), target(box)]);
  return exitCode === 0
    ? []
    : [{ what: `step-ca ${stepCaVersion} in the box`, have: 'absent, or another', want: 'built' }];
}

export async function provideProgram(place: Place, box: string, scope: StepScope): Promise<string> {
  const argv = ['sh', '-c', build, 'build-step-ca', cached(place), stepCaVersion, target(box)];
  await runToSuccess(place.machine(box), scope, { argv });
  return `step-ca ${stepCaVersion}`;
}
