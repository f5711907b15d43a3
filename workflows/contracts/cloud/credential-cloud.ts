// SPDX-License-Identifier: Apache-2.0
// What steps need from the spec of a cloud: which users, and the login to Keystone. Pure.
import type { CredentialCloud } from '../credentials/credential.ts';
import type { CloudSpec } from './cloud-spec.ts';

export const credentialCloudOf = (spec: CloudSpec): CredentialCloud => ({
  subject: { kind: 'cloud', name: spec.name },
  administrator: {
    kind: 'clouds.yaml',
    entry: spec.administrator,
    ...(spec.cloudsFile !== undefined && { cloudsFile: spec.cloudsFile }),
  },
  ...(spec.store.kind !== 'embedded' && { store: spec.store }),
  domain: spec.domain,
  project: spec.project,
});
