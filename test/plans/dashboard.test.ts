// SPDX-License-Identifier: Apache-2.0
// What a box has more when its spec asks for the dashboard, and that no other box has any of it.
import { describe, expect, it } from 'vitest';
import { digest } from '../../activities/operation/builds/build.ts';
import { profiles } from '../../profiles/index.ts';
import { defaultServices, releaseNames } from '../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { markedSecrets } from '../../workflows/contracts/box/secret-mark.ts';
import { planBox, type InstallFacts } from '../../workflows/box/plan.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import type { FileArgs } from '../../workflows/ports/host.ts';

const management = { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' };
const sources = { text: '', releases: [], aptOptions: [] };
const facts: InstallFacts = { profile: profiles['debian-13'], processors: 2, sources, digest };

function specWith(extra: object = {}, services: readonly string[] = [...defaultServices, 'dashboard']) {
  const base = { apiVersion: 'holdfast/v1', kind: 'Box', name: 'lab', networks: { management } };
  const parsed = parseBoxSpec({ ...base, services, hypervisor: 'fake', ...extra });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

const stepsOf = (extra: object = {}, processors = 2) =>
  new Map(installBoxSteps(specWith(extra), { ...facts, processors }).map((step) => [step.id, step]));

function fileOf(steps: ReturnType<typeof stepsOf>, step: string, end: string): FileArgs {
  const { files } = steps.get(step)?.apply?.args as { files: FileArgs[] };
  const found = files.find(({ path }) => path.endsWith(end));
  if (found === undefined) throw new Error(`${step} writes no ${end}`);
  return found;
}

describe('a box with the dashboard', () => {
  it('names its key by reference in a file that none but Horizon reads', () => {
    const steps = stepsOf();
    const settings = fileOf(steps, 'horizon.config', '.py');
    expect(markedSecrets(settings.content)).toEqual(['boxes/lab/dashboard-key']);
    expect(settings).toMatchObject({ mode: '640', owner: 'root', group: 'horizon' });
    expect(steps.get('secrets')?.apply?.args).toMatchObject({
      references: expect.arrayContaining(['boxes/lab/dashboard-key']) as string[],
    });
  });

  it('answers to every name and address by which it is reached, and takes forms from them by TLS alone', () => {
    const steps = stepsOf({ access: { name: 'cloud.example.org', address: '192.168.1.20' } });
    const { content } = fileOf(steps, 'horizon.config', '.py');
    const hosts = ['10.77.1.2', 'lab', 'cloud.example.org', '192.168.1.20'];
    expect(content).toContain(`ALLOWED_HOSTS = ${JSON.stringify([...hosts, '127.0.0.1'])}\n`);
    expect(content).toContain(
      `CSRF_TRUSTED_ORIGINS = ${JSON.stringify(hosts.map((host) => `https://${host}`))}\n`,
    );
    expect(content).toContain('OPENSTACK_KEYSTONE_URL = "https://10.77.1.2:5000/v3"\n');
    expect((steps.get('reach')?.apply?.args as { ports: number[] }).ports).toContain(443);
    expect(fileOf(steps, 'haproxy.config', '.cfg').content).toContain(
      'bind 10.77.1.2:443 ssl crt /etc/ssl/holdfast/api.pem',
    );
  });

  it.each([
    [1, 1],
    [2, 1],
    [4, 2],
    [64, 2],
  ])('starts with %i processors %i processes', (processors, processes) => {
    const { content } = fileOf(stepsOf({}, processors), 'horizon.config', 'uwsgi.ini');
    expect(content).toContain(`\nprocesses = ${processes}\n`);
  });

  it('stands in no catalog and has no database', () => {
    const { services } = stepsOf().get('keystone.catalog')?.apply?.args as { services: { type: string }[] };
    expect(services.map(({ type }) => type)).toEqual([...defaultServices]);
    expect(JSON.stringify(stepsOf().get('postgres.databases'))).not.toContain('horizon');
  });

  it.each(releaseNames)('is installed on %s alone where it is asked for', (release) => {
    const profile = profiles[release];
    const packages = (services?: readonly string[]) =>
      planBox(specWith({ release }, services), { ...facts, profile });
    const [asked, usual] = [packages(), packages(defaultServices)];
    expect(asked.packages.filter((name) => !usual.packages.includes(name))).toEqual([
      'openstack-dashboard',
      'memcached',
      'media-types',
    ]);
    expect(asked.unitsShippedDisabled).toEqual([...usual.unitsShippedDisabled, 'memcached']);
    expect(asked.recipe).not.toBe(usual.recipe);
  });
});
