// SPDX-License-Identifier: Apache-2.0
// The arguments of an export and of an import as tests have their tables built.
import { secretRef } from '../../../workflows/contracts/box/brands.ts';

const key = secretRef('boxes/local-mirror/bundle-key');

export const exampleExport = {
  box: 'local-mirror',
  folder: '/mnt/medium/bundle',
  since: null,
  receivers: [],
  segmentBytes: 4_000_000_000,
  key,
};

export const exampleImport = {
  box: 'local-mirror',
  folder: '/mnt/medium/bundle',
  bundle: 'b'.repeat(64),
  receives: { site: 'near', signers: ['ssh-ed25519 AAAA'], threshold: 1 },
  key,
  keep: 5,
};
