// SPDX-License-Identifier: Apache-2.0
// A state directory with one of each kind: the box lab, the cloud far, the mirror site, the authority pki with a ceremony.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import { exampleAuthority } from '../../plans/example-ceremony.ts';
import { instant, labFiles } from './samples.ts';

export const dumpId = '3f2a9c0d11e47b58';
export const revision = 'abd2'.padEnd(64, '0');
export const serial = '4a'.repeat(16);

const cloud = { ...(parse(readFileSync('examples/cloud.yaml', 'utf8')) as object), name: 'far' };
const mirror = {
  apiVersion: 'holdfast/v1',
  kind: 'Mirror',
  name: 'site',
  network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
  deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }],
  proxy: { allow: [] },
};
const mirrorStatus = {
  revision,
  publishedAt: instant(0),
  previous: null,
  kept: [{ revision, publishedAt: instant(0), replacedAt: null }],
  address: '10.1.2.2',
  suites: [],
};
const authority = { ...exampleAuthority(), name: 'pki' };
const ceremony = {
  authority: 'pki',
  generation: 1,
  root: authority.root,
  intermediate: authority.intermediate,
  profile: authority.profile,
  approvals: 2,
  approvers: [],
  serialNumber: serial,
  crlNumber: 3,
  reservedAt: instant(0),
  requestedBy: 'carol',
};

export const recordedFiles: Readonly<Record<string, string>> = {
  ...labFiles,
  '/work/clouds.yaml': 'clouds:\n  acme: {}\n',
  '/work/box.yaml': labFiles['/work/lab.yaml'] ?? '',
  '/state/clouds/far/spec.json': JSON.stringify(cloud),
  '/state/sites/site/spec.json': JSON.stringify(mirror),
  '/state/sites/site/status.json': JSON.stringify(mirrorStatus),
  '/state/authorities/pki/spec.json': JSON.stringify({
    ...authority,
    profile: { ...authority.profile, generation: 2 },
  }),
  '/state/authorities/pki/ceremonies/1/ceremony.json': JSON.stringify(ceremony),
  '/state/authorities/pki/activation.json': JSON.stringify({
    generation: 1,
    activatedAt: instant(0),
    leaf: { serial: '01', issuer: 'x', ends: instant(1) },
  }),
};
