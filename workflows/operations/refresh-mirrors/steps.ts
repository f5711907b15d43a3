// SPDX-License-Identifier: Apache-2.0
// RefreshMirrors as a table: of each kind pin, plan, fetch, verify, build; then stage, try, publish. As many steps for one file as for a million. Pure.
import { kindSteps } from '../../box/mirror/kind-steps.ts';
import type { RefreshArgs } from '../../box/mirror/model.ts';
import { decisionSteps } from '../../box/mirror/proxy.ts';
import { joined, publicationSteps, statusStep } from '../../box/mirror/publication-steps.ts';
import { table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call, effect } from '../../ports/index.ts';
import type { DecisionArgs } from '../../ports/mirror/proxy.ts';

/** `decision`: nothing is published before a person decided on unknown destinations. */
export function refreshMirrorsSteps(
  { box, keep, ...args }: RefreshArgs,
  scheduled: boolean,
  decision?: DecisionArgs,
): CompiledStep[] {
  const onFailure = scheduled ? 'fail' : 'park';
  const between = decision === undefined ? {} : decisionSteps(decision, onFailure);
  const kinds = kindSteps(args, onFailure);
  return table({
    site: {
      title: 'Mirror is on and serves',
      settleSeconds: 60,
      onFailure,
      observe: call('observeSite', { box, ...(scheduled && { scheduled }) }),
    },
    ...joined(kinds.map(({ before }) => before)),
    revision: {
      title: 'Revision of the site recorded',
      after: kinds.map(({ built }) => built),
      onFailure,
      ...effect('observeRevision', 'composeRevision', { box }),
    },
    ...publicationSteps({ box, keep }, kinds, onFailure, between),
    status: statusStep(box, onFailure),
  });
}

/** What a refresh would fetch, seen before anything is. */
export function planRefreshSteps({ box, deb, pypi, oci, ansible, git }: RefreshArgs): CompiledStep[] {
  const steps: Record<string, StepOptions> = {
    site: { title: 'Mirror is on and serves', observe: call('observeSite', { box }) },
  };
  // What a refresh does about it; a plan itself fetches no file.
  if (deb.sources.length > 0)
    steps['deb.plan'] = {
      title: 'Packages of Debian archives',
      after: ['site'],
      ...effect('observeRefreshPlan', 'fetchPlan', deb),
    };
  if (pypi.indexes.length > 0)
    steps['pypi.plan'] = {
      title: 'Files of Python indexes',
      after: ['site'],
      ...effect('observePypiRefreshPlan', 'fetchPypi', pypi),
    };
  if (oci.registries.length > 0)
    steps['oci.plan'] = {
      title: 'Images of container registries',
      after: ['site'],
      ...effect('observeOciRefreshPlan', 'fetchOci', oci),
    };
  if (ansible !== undefined)
    steps['ansible.plan'] = {
      title: 'Collections of Ansible galaxies',
      after: ['site'],
      ...effect('observeAnsibleRefreshPlan', 'fetchAnsible', ansible),
    };
  if (git !== undefined)
    steps['git.plan'] = {
      title: 'Refs of Git repositories',
      after: ['site'],
      ...effect('observeGitRefreshPlan', 'fetchGit', git),
    };
  return table(steps);
}
