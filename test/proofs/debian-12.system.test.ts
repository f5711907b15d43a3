// SPDX-License-Identifier: Apache-2.0
// The whole cloud on the older release, which the same table installs from another profile. One install serves every test.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serviceNames } from '../../workflows/contracts/box-spec.ts';
import type { Evidence } from '../../workflows/contracts/evidence.ts';
import type { Progress } from '../../workflows/contracts/progress.ts';
import { Lab, labSpec } from '../system/lab.ts';

const spec = labSpec('debian-12', 28, {
  release: 'debian-12',
  services: [...serviceNames],
  seeds: { projects: [{ name: 'demo' }] },
});
let lab: Lab;
let first: Progress;

beforeAll(async () => {
  lab = await Lab.create();
  first = await lab.install(spec);
}, 1_500_000);
afterAll(() => lab.dispose(spec.name));

test('every row of the table is done', () => {
  expect(first.phase).toBe('done');
  expect(first.rows.filter(({ status }) => status !== 'changed' && status !== 'same')).toEqual([]);
});

test('a plain user had a server ACTIVE, on Zed and PostgreSQL 15', async () => {
  const evidence = await readRecord<Evidence>('evidence.json');
  expect(evidence.release).toBe('debian-12');
  expect(evidence.canary.map(({ phase }) => phase)).toContain('active');
  expect(versionOf(evidence, 'postgresql')).toMatch(/^15\+/);
  expect(versionOf(evidence, 'keystone')).toMatch(/^2:22\./);
  expect(versionOf(evidence, 'nova')).toMatch(/^2:26\./);
});

test('a second install finds every row same', async () => {
  const { rows } = await lab.install(spec);
  expect(rows.filter(({ status }) => status !== 'same')).toEqual([]);
});

const versionOf = ({ services }: Evidence, name: string): string | undefined =>
  services.find((service) => service.name === name)?.version;

async function readRecord<T>(name: string): Promise<T> {
  return JSON.parse(await readFile(join(lab.stateDirectory, 'boxes', spec.name, name), 'utf8')) as T;
}
