// SPDX-License-Identifier: Apache-2.0
// What Ansible galaxies add to a refresh, and to an import. What is pinned of them is the plan. Pure.
import type { StepOptions } from '../../contracts/run/build-table.ts';
import { call, effect } from '../../ports/index.ts';
import type { AnsibleArgs } from '../../ports/mirror/mirror.ts';
import { trial, type KindSteps, type OnFailure } from './kind.ts';

export const ansibleKind = (ansible: AnsibleArgs, onFailure: OnFailure): KindSteps => ({
  kind: 'ansible',
  built: 'ansible.built',
  before: {
    'ansible.pinned': {
      title: 'Documents of Ansible collections pinned',
      after: ['site'],
      profile: 'command',
      onFailure,
      ...effect('observeAnsiblePins', 'pinAnsible', ansible),
    },
    'ansible.fetched': {
      title: 'Collections fetched',
      profile: 'build',
      cancel: 'batch',
      tries: 5,
      onFailure,
      ...effect('observeAnsibleFetched', 'fetchAnsible', ansible),
    },
    'ansible.verified': {
      title: 'Collections read again',
      profile: 'build',
      onFailure,
      ...effect('observeAnsibleVerified', 'repairAnsible', ansible),
    },
    'ansible.built': { ...built(ansible), onFailure },
  },
  ...tried(ansible, onFailure),
});

/** Of what a bundle brought. */
export const importedAnsibleKind = (ansible: AnsibleArgs): KindSteps => ({
  kind: 'ansible',
  built: 'ansible.built',
  before: { 'ansible.built': { ...built(ansible), after: ['unpacked'] } },
  ...tried(ansible, 'park'),
});

const built = (ansible: AnsibleArgs): StepOptions => ({
  title: 'Galaxies laid out',
  profile: 'command',
  ...effect('observeAnsibleBuilt', 'buildAnsible', ansible),
});

const tried = (ansible: AnsibleArgs, onFailure: OnFailure): Pick<KindSteps, 'smoke' | 'after'> => ({
  smoke: 'smoke.ansible',
  after: {
    'smoke.ansible': {
      title: 'Revision taken by a real ansible-galaxy',
      ...trial(onFailure, call('observeAnsibleSmoke', ansible), call('runAnsibleSmoke', ansible)),
    },
  },
});
