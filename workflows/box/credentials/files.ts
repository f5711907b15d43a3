// SPDX-License-Identifier: Apache-2.0
// The files by which services log in to Keystone: one a user, whose content is the published credential of the secret store.
import { credentialRef } from '../../contracts/credentials/credential.ts';
import type { FileArgs } from '../../ports/host.ts';
import { secretIn } from '../file.ts';
import type { BoxPlan, ServiceUser } from '../plan.ts';

export const credentialFile = (user: ServiceUser): string => `/etc/holdfast/credentials/${user}.json`;

/** Where the programs of a user write which generation they use. The user's own folder: no program needs more rights. */
export const markerFolder = (user: ServiceUser): string => `/var/lib/${user}/holdfast-credentials`;

export const credentialFileOf = ({ box }: BoxPlan, user: ServiceUser): FileArgs => ({
  path: credentialFile(user),
  mode: '640',
  owner: 'root',
  group: user,
  content: secretIn(credentialRef({ kind: 'box', name: box }, user, 'published')),
});
