// SPDX-License-Identifier: Apache-2.0
// A mirror of five kinds in a folder of this machine, refreshed from upstreams on loopback by the activities that workers run.
import { fetchAnsible } from '../../activities/mirror/ansible/fetch.ts';
import { pinAnsible } from '../../activities/mirror/ansible/pins.ts';
import { buildAnsible } from '../../activities/mirror/ansible/tree.ts';
import { buildSnapshots } from '../../activities/mirror/deb/build.ts';
import { fetchPlanned } from '../../activities/mirror/deb/fetch.ts';
import { pinAll } from '../../activities/mirror/deb/pins.ts';
import { writePlanOf } from '../../activities/mirror/deb/plan.ts';
import { fetchGit } from '../../activities/mirror/git/fetch.ts';
import { pinGit } from '../../activities/mirror/git/pins.ts';
import { buildGit } from '../../activities/mirror/git/tree.ts';
import { fetchOci } from '../../activities/mirror/oci/fetch.ts';
import { pinOci } from '../../activities/mirror/oci/pins.ts';
import { buildOci } from '../../activities/mirror/oci/tree.ts';
import { composeRevisionOf } from '../../activities/mirror/publish.ts';
import { fetchPypi } from '../../activities/mirror/pypi/fetch.ts';
import { pinPypi } from '../../activities/mirror/pypi/pins.ts';
import { writePypiPlan } from '../../activities/mirror/pypi/plan.ts';
import { buildPypi } from '../../activities/mirror/pypi/tree.ts';
import { ansibleArgs, debArgs, gitArgs, ociArgs, pypiArgs } from '../../workflows/box/mirror/model.ts';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { AptlySite } from '../../activities/mirror/deb/aptly.ts';
import type { StepScope } from '../../activities/step-scope.ts';
import type {
  DebArgs,
  GitArgs,
  OciArgs,
  PypiArgs,
  AnsibleArgs,
} from '../../workflows/ports/mirror/mirror.ts';

/** What the steps of each kind are told. */
export interface LabArgs {
  readonly deb: DebArgs;
  readonly pypi: PypiArgs;
  readonly oci: OciArgs;
  readonly ansible: AnsibleArgs;
  readonly git: GitArgs;
}

/** `kinds`: the keys of the kinds in the file of a mirror. */
export function argsOf(kinds: object): LabArgs {
  const parsed = parseMirrorSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Mirror',
    name: 'lab',
    network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
    deb: [],
    ...kinds,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const { value } = parsed;
  return {
    deb: debArgs(value, ''),
    pypi: pypiArgs(value, ''),
    oci: ociArgs(value),
    ansible: ansibleArgs(value),
    git: gitArgs(value),
  };
}

type Scope = (step: string) => StepScope;

/** Up to the plan of each kind. */
export const pins = {
  deb: async (site: AptlySite, args: LabArgs, scope: Scope) => {
    await pinAll(site, args.deb, scope('deb.pinned'));
    await writePlanOf(site, args.deb, scope('deb.planned'));
  },
  pypi: async (site: AptlySite, args: LabArgs, scope: Scope) => {
    await pinPypi(site, args.pypi, scope('pypi.pinned'));
    await writePypiPlan(site, args.pypi, scope('pypi.planned'));
  },
  oci: (site: AptlySite, args: LabArgs, scope: Scope) => pinOci(site, args.oci, scope('oci.pinned')),
  ansible: (site: AptlySite, args: LabArgs, scope: Scope) =>
    pinAnsible(site, args.ansible, scope('ansible.pinned')),
  git: (site: AptlySite, args: LabArgs, scope: Scope) => pinGit(site, args.git, scope('git.pinned')),
} as const;

export type Kind = keyof typeof pins;

/** All that the plan of a kind names. */
export const fetches: Readonly<
  Record<Kind, (site: AptlySite, args: LabArgs, scope: Scope) => Promise<string>>
> = {
  deb: (site, args, scope) => fetchPlanned(site, args.deb, scope('deb.fetched')),
  pypi: (site, args, scope) => fetchPypi(site, args.pypi, scope('pypi.fetched')),
  oci: (site, args, scope) => fetchOci(site, args.oci, scope('oci.fetched')),
  ansible: (site, args, scope) => fetchAnsible(site, args.ansible, scope('ansible.fetched')),
  git: (site, args, scope) => fetchGit(site, args.git, scope('git.fetched')),
};

/** Makes a revision of all kinds, which no client sees yet. */
export async function refresh(site: AptlySite, args: LabArgs, scope: Scope): Promise<void> {
  for (const kind of ['deb', 'pypi', 'oci', 'ansible', 'git'] as const) {
    await pins[kind](site, args, scope);
    await fetches[kind](site, args, scope);
  }
  await buildSnapshots(site, args.deb, scope('deb.built'));
  await buildPypi(site, scope('pypi.built'));
  await buildOci(site, args.oci, scope('oci.built'));
  await buildAnsible(site, scope('ansible.built'));
  await buildGit(site, scope('git.built'));
  await composeRevisionOf(site, scope('revision'));
}
