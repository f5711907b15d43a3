// SPDX-License-Identifier: Apache-2.0
// A root and an intermediate under keys of this process, for tests that need no token.
import { randomBytes } from 'node:crypto';
import { pem } from '../../../activities/clients/ca/pem.ts';
import { newKeys, signWith, type Keys } from '../../../activities/clients/ca/trial/twin.ts';
import { sha256 } from '../../../activities/clients/ca/signed.ts';
import { rootToBeSigned } from '../../../activities/clients/ca/to-be-signed.ts';
import type { CertificateProfile, RootSpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import type { CrlReservation } from '../../../workflows/contracts/authority/root-crl.ts';
import type { Ceremony } from '../../../workflows/contracts/authority/ceremony.ts';

export const dayMilliseconds = 86_400_000;

export const profile: CertificateProfile = {
  subject: { organization: 'Lab', commonName: 'Lab Intermediate 1' },
  generation: 1,
  lifetime: '1825d',
  permitted: ['cloud.example'],
  excluded: ['old.cloud.example'],
  crlUrl: 'http://ca.cloud.example/root.crl',
  crlLifetime: '400d',
};

export function softwareRoot(days = 7300): {
  readonly spec: RootSpec;
  readonly keys: Keys;
  readonly der: Buffer;
} {
  const keys = newKeys();
  const now = Date.now();
  const period = { from: new Date(now - dayMilliseconds), until: new Date(now + days * dayMilliseconds) };
  const serial = `4a${randomBytes(15).toString('hex')}`;
  const der = signWith(
    keys,
    rootToBeSigned({ organization: 'Lab', commonName: 'Lab Root' }, serial, keys.publicKey, period),
  );
  const spec: RootSpec = {
    serial: 'token-1',
    id: '01',
    fingerprint: sha256(der),
    certificate: pem('CERTIFICATE', der),
    crlNumber: 0,
    revoked: [],
  };
  return { spec, keys, der };
}

export const reservationOf = (root: RootSpec, changes: Partial<CrlReservation> = {}): CrlReservation => ({
  authority: 'lab',
  number: 1,
  root,
  revoked: [],
  lifetime: '400d',
  reservedAt: new Date().toISOString(),
  requestedBy: 'alice',
  ...changes,
});

export function ceremonyOf(root: RootSpec, changes: Partial<CertificateProfile> = {}): Ceremony {
  return {
    authority: 'lab',
    generation: 1,
    root,
    intermediate: { serial: 'token-2', id: '02', label: 'lab-1' },
    profile: { ...profile, ...changes },
    approvals: 2,
    approvers: [],
    serialNumber: '4a000000000000000000000000000001',
    reservedAt: new Date().toISOString(),
    requestedBy: 'alice',
  };
}
