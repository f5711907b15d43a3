// SPDX-License-Identifier: Apache-2.0
// What each kind of content adds to a refresh: pin, plan, fetch, verify, build; and the trial by a real client. Pure.
import type { StepOptions } from '../../contracts/run/build-table.ts';
import { call, effect } from '../../ports/index.ts';
import type { AnsibleArgs, DebArgs, GitArgs, OciArgs, PypiArgs } from '../../ports/mirror/mirror.ts';
import { ansibleKind, importedAnsibleKind } from './ansible-steps.ts';
import { gitKind, importedGitKind } from './git-steps.ts';
import { trial, type KindSteps, type OnFailure, type Steps, type Trial } from './kind.ts';

/** What the steps of each kind are told. */
export interface KindArgs {
  readonly deb: DebArgs;
  readonly pypi: PypiArgs;
  readonly oci: OciArgs;
  /** Default: none. */
  readonly ansible?: AnsibleArgs;
  /** Default: none. */
  readonly git?: GitArgs;
}

/** Of the kinds that a mirror has, in the order of the table. */
export function kindSteps({ deb, pypi, oci, ansible, git }: KindArgs, onFailure: OnFailure): KindSteps[] {
  const kinds: KindSteps[] = [];
  if (deb.sources.length > 0)
    kinds.push({
      kind: 'deb',
      before: debSteps(deb, onFailure),
      built: 'deb.built',
      ...debTrial(deb, onFailure),
    });
  if (pypi.indexes.length > 0)
    kinds.push({
      kind: 'pypi',
      before: pypiSteps(pypi, onFailure),
      built: 'pypi.built',
      ...pypiTrial(pypi, onFailure),
    });
  if (oci.registries.length > 0)
    kinds.push({
      kind: 'oci',
      before: ociSteps(oci, onFailure),
      built: 'oci.built',
      ...ociTrial(oci, onFailure),
    });
  if (ansible !== undefined) kinds.push(ansibleKind(ansible, onFailure));
  if (git !== undefined) kinds.push(gitKind(git, onFailure));
  return kinds;
}

/** Of what a bundle brought: nothing is pinned, planned or fetched. They follow the step `unpacked`. */
export function importedKindSteps({ deb, pypi, oci, ansible, git }: KindArgs): KindSteps[] {
  const kinds: KindSteps[] = [];
  const { box } = deb;
  if (deb.sources.length > 0)
    kinds.push({
      kind: 'deb',
      before: { 'deb.built': { ...debBuilt(deb, 'park'), after: ['unpacked'] } },
      built: 'deb.built',
      ...debTrial(deb, 'park'),
    });
  if (pypi.indexes.length > 0)
    kinds.push({
      kind: 'pypi',
      before: {
        'pypi.built': {
          title: 'Python indexes laid out',
          after: ['unpacked'],
          profile: 'command',
          ...effect('observePypiLaid', 'layPypi', { box }),
        },
      },
      built: 'pypi.built',
      ...pypiTrial(pypi, 'park'),
    });
  if (oci.registries.length > 0)
    kinds.push({
      kind: 'oci',
      before: {
        'oci.built': {
          title: 'Images laid out',
          after: ['unpacked'],
          profile: 'command',
          ...effect('observeOciBuilt', 'buildOci', oci),
        },
      },
      built: 'oci.built',
      ...ociTrial(oci, 'park'),
    });
  if (ansible !== undefined) kinds.push(importedAnsibleKind(ansible));
  if (git !== undefined) kinds.push(importedGitKind(git));
  return kinds;
}

const debTrial = (deb: DebArgs, onFailure: OnFailure): Trial => ({
  smoke: 'smoke.deb',
  after: {
    'smoke.deb': {
      title: 'Revision taken by a real apt',
      ...trial(onFailure, call('observeSmoke', deb), call('runSmoke', deb)),
    },
  },
});

const pypiTrial = (pypi: PypiArgs, onFailure: OnFailure): Trial => ({
  smoke: 'smoke.pypi',
  after: {
    'smoke.pypi': {
      title: 'Revision taken by a real pip',
      ...trial(onFailure, call('observePypiSmoke', pypi), call('runPypiSmoke', pypi)),
    },
  },
});

const ociTrial = (oci: OciArgs, onFailure: OnFailure): Trial => ({
  smoke: 'smoke.oci',
  after: {
    'smoke.oci': {
      title: 'Revision taken by a real skopeo',
      ...trial(onFailure, call('observeOciSmoke', oci), call('runOciSmoke', oci)),
    },
  },
});

const debSteps = (deb: DebArgs, onFailure: OnFailure): Steps => ({
  'deb.pinned': {
    title: 'Indexes of Debian archives pinned',
    after: ['site'],
    profile: 'command',
    onFailure,
    ...effect('observePins', 'pinUpstream', deb),
  },
  'deb.planned': {
    title: 'Packages to mirror planned',
    onFailure,
    ...effect('observePlan', 'writePlan', deb),
  },
  'deb.fetched': {
    title: 'Packages fetched',
    profile: 'build',
    cancel: 'batch',
    tries: 5,
    onFailure,
    ...effect('observeFetched', 'fetchPlan', deb),
  },
  'deb.verified': {
    title: 'Packages read again',
    profile: 'build',
    onFailure,
    ...effect('observeVerified', 'repairContents', deb),
  },
  'deb.built': debBuilt(deb, onFailure),
});

const debBuilt = (deb: DebArgs, onFailure: OnFailure): StepOptions => ({
  title: 'Archive built by aptly',
  profile: 'command',
  exclusive: ['aptly'],
  onFailure,
  ...effect('observeDebBuilt', 'buildDeb', deb),
});

const pypiSteps = (pypi: PypiArgs, onFailure: OnFailure): Steps => ({
  'pypi.pinned': {
    title: 'Pages of Python indexes pinned',
    after: ['site'],
    profile: 'command',
    onFailure,
    ...effect('observePypiPins', 'pinPypi', pypi),
  },
  'pypi.planned': {
    title: 'Python files to mirror planned',
    profile: 'command',
    onFailure,
    ...effect('observePypiPlan', 'writePypiPlan', pypi),
  },
  'pypi.fetched': {
    title: 'Python files fetched',
    profile: 'build',
    cancel: 'batch',
    tries: 5,
    onFailure,
    ...effect('observePypiFetched', 'fetchPypi', pypi),
  },
  'pypi.verified': {
    title: 'Python files read again',
    profile: 'build',
    onFailure,
    ...effect('observePypiVerified', 'repairPypi', pypi),
  },
  'pypi.built': {
    title: 'Python indexes laid out',
    profile: 'command',
    onFailure,
    ...effect('observePypiBuilt', 'buildPypi', pypi),
  },
});

const ociSteps = (oci: OciArgs, onFailure: OnFailure): Steps => ({
  'oci.pinned': {
    title: 'Manifests of images pinned',
    after: ['site'],
    profile: 'command',
    onFailure,
    ...effect('observeOciPins', 'pinOci', oci),
  },
  'oci.fetched': {
    title: 'Blobs of images fetched',
    profile: 'build',
    cancel: 'batch',
    tries: 5,
    onFailure,
    ...effect('observeOciFetched', 'fetchOci', oci),
  },
  'oci.verified': {
    title: 'Manifests and blobs read again',
    profile: 'build',
    onFailure,
    ...effect('observeOciVerified', 'repairOci', oci),
  },
  'oci.built': {
    title: 'Images laid out',
    profile: 'command',
    onFailure,
    ...effect('observeOciBuilt', 'buildOci', oci),
  },
});
