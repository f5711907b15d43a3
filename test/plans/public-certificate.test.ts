// SPDX-License-Identifier: Apache-2.0
// What an authority in the spec changes of a box: some steps more, and nothing where the spec names none.
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { digest } from '../../activities/operation/builds/build.ts';
import { profiles } from '../../profiles/index.ts';
import type { IssuingAuthority } from '../../workflows/contracts/authority/public-certificate.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import { renewCertificatesSteps } from '../../workflows/operations/renew-certificates/steps.ts';
import { expectGolden, goldenText } from './golden.ts';

const authority: IssuingAuthority = {
  name: 'lab',
  generation: 1,
  names: ['ca.cloud.example'],
  address: '10.77.3.2',
  hosts: 'names of the authority\n',
  root: 'root of the authority\n',
};

function steps(hasAuthority: boolean): CompiledStep[] {
  const raw = parse(readFileSync('examples/local-box.yaml', 'utf8')) as object;
  const parsed = parseBoxSpec({
    ...raw,
    access: { name: 'box.cloud.example' },
    ...(hasAuthority && { certificates: { authority: 'lab' } }),
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return installBoxSteps(parsed.value, {
    profile: profiles['debian-13'],
    processors: 2,
    sources: { text: '', releases: [], aptOptions: [] },
    digest,
    ...(hasAuthority && { authority }),
  });
}

const changed = (): CompiledStep[] => {
  const before = new Map(steps(false).map((step) => [step.id, JSON.stringify(step)]));
  return steps(true).filter((step) => before.get(step.id) !== JSON.stringify(step));
};

describe('installBoxSteps() of a box that an authority certifies', () => {
  it('has the steps of the golden beside those of any other box', () => {
    // The spec, packages and digests of a whole box stand in the goldens of the install.
    const shown = ['names', 'certificates', 'haproxy.config', 'access', 'token'];
    const ours = changed().filter(({ id }) => id.startsWith('public.') || shown.includes(id));
    expectGolden('install-box.authority.golden', goldenText(ours));
  });

  it('changes no step of a service behind HAProxy', () => {
    const ids = changed().map(({ id }) => id);
    const services = /^(keystone|glance|placement|neutron|nova|postgres|rabbitmq|ovn)\./;
    expect(ids.filter((id) => services.test(id))).toEqual([]);
  });

  it('has the ACME client in its image', () => {
    const image = (each: CompiledStep[]) => each.find(({ id }) => id === 'image')?.apply?.args;
    const { packages } = image(steps(true)) as { packages: string[] };
    const { packages: before } = image(steps(false)) as { packages: string[] };
    expect(packages.filter((name) => !before.includes(name))).toContain('dehydrated');
  });
});

describe('renewCertificatesSteps() of a box that an authority certifies', () => {
  it('takes the certificate behind HAProxy, serves it, proves it, and records when it ends', () => {
    const after = new Map(renewCertificatesSteps(steps(true)).map((step) => [step.id, step.after]));
    expect(after.get('public.certificate')).toEqual(['haproxy.service']);
    expect(after.get('public.served')).toEqual(['public.certificate']);
    expect(after.get('token')).toContain('public.served');
    expect(after.get('evidence')).toContain('token');
    expect(renewCertificatesSteps(steps(false)).map(({ id }) => id)).not.toContain('evidence');
  });

  it('restarts no unit for it', () => {
    const restarts = renewCertificatesSteps(steps(true)).filter(
      ({ apply }) => apply?.activity === 'ensureUnit',
    );
    expect(restarts.length).toBeGreaterThan(0);
    expect(JSON.stringify(restarts)).not.toContain('/etc/ssl/holdfast/public/certificate.pem');
  });
});
