// SPDX-License-Identifier: Apache-2.0
// The steps of a renewal are those of the install that have to do with certificates, in its order.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { profiles } from '../../profiles/index.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { table } from '../../workflows/contracts/run/build-table.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import { renewCertificatesSteps } from '../../workflows/operations/renew-certificates/steps.ts';
import { call } from '../../workflows/ports/index.ts';

function installSteps() {
  const parsed = parseBoxSpec(parse(readFileSync('examples/local-box.yaml', 'utf8')));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const sources = { text: '', releases: [], aptOptions: [] };
  return installBoxSteps(parsed.value, {
    profile: profiles['debian-13'],
    processors: 2,
    sources,
    digest: () => 'd',
  });
}

describe('renewCertificatesSteps()', () => {
  it('renewCertificatesSteps() keeps certificates, every unit that reads one and the last proof when given an install', () => {
    const steps = renewCertificatesSteps(installSteps());
    const standing = new Map(steps.map(({ id, after }) => [id, after]));
    expect(standing.get('certificates')).toEqual([]);
    for (const id of ['postgres.service', 'keystone.service', 'haproxy.service'])
      expect(standing.get(id)).toContain('certificates');
    expect(standing.get('keystone.service')).toContain('postgres.service');
    expect(standing.get('token')).toEqual(expect.arrayContaining(['keystone.service', 'haproxy.service']));
    const activities = ['observeCertificates', 'observeUnit', 'observeToken'];
    for (const step of steps) expect(activities).toContain(step.observe.activity);
  });

  it('renewCertificatesSteps() changes only the dependencies of a step', () => {
    const installed = new Map(installSteps().map((step) => [step.id, step]));
    for (const step of renewCertificatesSteps(installSteps()))
      expect({ ...step, after: [] }).toEqual({ ...installed.get(step.id), after: [] });
  });

  it('renewCertificatesSteps() leaves a unit out when it reads no certificate', () => {
    const box = 'lab';
    const certificate = { certificatePath: '/c', keyPath: '/k' } as never;
    const certificates = { box, authorityPath: '/ca', lifetimeDays: 9, certificates: [certificate] };
    const unit = (file: string) => call('observeUnit', { box, unit: 'x.service', files: [file] });
    const steps = table({
      first: { title: 'first', observe: unit('/other') },
      certificates: { title: 'certificates', observe: call('observeCertificates', certificates) },
      between: { title: 'between', observe: unit('/other') },
      reader: { title: 'reader', observe: unit('/k') },
    });
    const kept = renewCertificatesSteps(steps).map(({ id, after }) => [id, after]);
    expect(kept).toEqual([
      ['certificates', []],
      ['reader', ['certificates']],
    ]);
  });
});
