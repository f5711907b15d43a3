// SPDX-License-Identifier: Apache-2.0
// The tables that runs about a CRL get from the records of an authority: none asks for hands that are not needed.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clients } from '../../../activities/clients/index.ts';
import { compileActivities } from '../../../activities/operation/compile.ts';
import { writePrivate } from '../../../cli/terminal/io.ts';
import { exampleAuthority } from '../../plans/example-ceremony.ts';

let stateDirectory: string;
beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await writePrivate(join(stateDirectory, 'authorities/lab/spec.json'), JSON.stringify(exampleAuthority()));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const compile = (operation: string, input: unknown) => {
  const data = [...Buffer.from(JSON.stringify(input))];
  const activities = compileActivities({ stateDirectory } as Clients);
  return activities.compile({ operation, payloads: [{ encoding: 'json/plain', data }] });
};
const idsOf = async (input: unknown, operation = 'issue-crl'): Promise<string[]> =>
  (await compile(operation, input)).table.steps.map(({ id }) => id);

describe('compile() of a CRL', () => {
  it('asks for hands when a person wants the first one, and not when a schedule does', async () => {
    expect(await idsOf({ name: 'lab', requestedBy: 'carol' })).toContain('token.root');
    expect(await idsOf({ name: 'lab', scheduled: true })).toEqual(['fresh']);
  });

  it('refuses to keep more days than a CRL has, and what is no serial number', async () => {
    await expect(idsOf({ name: 'lab', daysLeft: 400 })).rejects.toThrow(/lasts 400 days/);
    const input = { name: 'lab', serial: '00', why: 'x', requestedBy: 'carol' };
    await expect(idsOf({ ...input, serial: '004a' }, 'revoke-ca')).rejects.toThrow(/without leading zeros/);
    await expect(idsOf({ ...input, serial: '../x' }, 'revoke-ca')).rejects.toThrow(/serial/);
  });

  it('publishes nothing where an intermediate was activated in a box that is gone', async () => {
    await writePrivate(join(stateDirectory, 'authorities/lab/activation.json'), '{}');
    expect(await idsOf({ name: 'lab', requestedBy: 'carol' })).not.toContain('published');
  });

  it('holds the lease of the authority, and names who asked, who approves nothing', async () => {
    const input = { name: 'lab', serial: '4a01', why: 'lost', requestedBy: 'carol' };
    const { table } = await compile('revoke-ca', input);
    expect([table.lease, table.requestedBy, table.subject]).toEqual(['authority/lab', 'carol', 'lab/4a01']);
  });
});

describe('compile() of an activation', () => {
  it('refuses a generation without a verified certificate', async () => {
    await expect(compile('activate-ca', { name: 'lab', generation: 1 })).rejects.toThrow(
      /Generation 1 of lab has no verified certificate/,
    );
  });
});
