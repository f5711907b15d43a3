// SPDX-License-Identifier: Apache-2.0
// What Git repositories add to a refresh, and to an import. What is pinned of them is the plan. Pure.
import type { StepOptions } from '../../contracts/run/build-table.ts';
import { call, effect } from '../../ports/index.ts';
import type { GitArgs } from '../../ports/mirror/mirror.ts';
import { trial, type KindSteps, type OnFailure } from './kind.ts';

export const gitKind = (git: GitArgs, onFailure: OnFailure): KindSteps => ({
  kind: 'git',
  built: 'git.built',
  before: {
    'git.pinned': {
      title: 'Refs of Git repositories pinned',
      after: ['site'],
      profile: 'command',
      onFailure,
      ...effect('observeGitPins', 'pinGit', git),
    },
    'git.fetched': {
      title: 'Packs of repositories fetched',
      profile: 'build',
      cancel: 'batch',
      tries: 5,
      onFailure,
      ...effect('observeGitFetched', 'fetchGit', git),
    },
    'git.verified': {
      title: 'Packs read again',
      profile: 'build',
      onFailure,
      ...effect('observeGitVerified', 'repairGit', git),
    },
    'git.built': { ...built(git), onFailure },
  },
  ...tried(git, onFailure),
});

/** Of what a bundle brought. */
export const importedGitKind = (git: GitArgs): KindSteps => ({
  kind: 'git',
  built: 'git.built',
  before: { 'git.built': { ...built(git), after: ['unpacked'] } },
  ...tried(git, 'park'),
});

const built = (git: GitArgs): StepOptions => ({
  title: 'Repositories built and checked by git',
  profile: 'command',
  ...effect('observeGitBuilt', 'buildGit', git),
});

const tried = (git: GitArgs, onFailure: OnFailure): Pick<KindSteps, 'smoke' | 'after'> => ({
  smoke: 'smoke.git',
  after: {
    'smoke.git': {
      title: 'Revision cloned by a real git',
      ...trial(onFailure, call('observeGitSmoke', git), call('runGitSmoke', git)),
    },
  },
});
