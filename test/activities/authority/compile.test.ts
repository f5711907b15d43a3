// SPDX-License-Identifier: Apache-2.0
// The tables that runs about a CRL get from the records of an authority: none asks for hands that are not needed.
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { Clients } from '../../../activities/clients/index.ts';
import { compileActivities } from '../../../activities/operation/compile.ts';
import { writePrivate } from '../../../cli/terminal/files.ts';
import { sshSigner } from './ssh-signer.ts';
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

  const approvedBy = async (...names: string[]): Promise<void> => {
    const approvers = names.map((name) => ({ name, key: sshSigner().publicKey }));
    const spec = { ...exampleAuthority(), approvals: 2, approvers };
    await writePrivate(join(stateDirectory, 'authorities/lab/spec.json'), JSON.stringify(spec));
  };

  it('lets nobody answer as an approver but those who are named, without who requested it', async () => {
    await approvedBy('alice', 'bob', 'carol');
    const { table } = await compile('revoke-ca', {
      name: 'lab',
      serial: '4a01',
      why: 'x',
      requestedBy: 'carol',
    });
    const patterns = table.steps.map(({ question }) => question?.fields['approver']?.pattern);
    expect(patterns.filter((pattern) => pattern !== undefined)).toEqual(['alice|bob', 'alice|bob']);
  });

  it('refuses who leaves too few to approve', async () => {
    await approvedBy('alice', 'bob');
    const input = { name: 'lab', serial: '4a01', why: 'x', requestedBy: 'alice' };
    await expect(compile('revoke-ca', input)).rejects.toThrow(/beside alice only 1 may approve for lab/);
  });
});

describe('compile() of an activation', () => {
  it('refuses a generation without a verified certificate', async () => {
    await expect(compile('activate-ca', { name: 'lab', generation: 1 })).rejects.toThrow(
      /Generation 1 of lab has no verified certificate/,
    );
  });
});

describe('compile() of a drill', () => {
  const spec = exampleAuthority();
  const { server: _, ...unserved } = spec;
  const next = {
    ...unserved,
    intermediate: { ...spec.intermediate, id: '03' },
    profile: { ...spec.profile, generation: 2 },
  };
  const ceremony = {
    authority: 'lab',
    generation: 1,
    root: spec.root,
    intermediate: spec.intermediate,
    profile: spec.profile,
    approvals: 2,
    approvers: [],
    serialNumber: '004a'.repeat(8),
    reservedAt: '2026-01-05T12:00:00.000Z',
    requestedBy: 'carol',
  };
  const drill = (recorded: object) => {
    const text = JSON.stringify(recorded);
    const specDigest = createHash('sha256').update(text).digest('hex');
    const input = { name: 'lab', generation: 1, specDigest, why: 'March', requestedBy: 'carol' };
    return writePrivate(join(stateDirectory, 'authorities/lab/spec.json'), text).then(() =>
      compile('drill-compromise', input),
    );
  };
  beforeEach(() =>
    writePrivate(
      join(stateDirectory, 'authorities/lab/ceremonies/1/ceremony.json'),
      JSON.stringify(ceremony),
    ),
  );

  it('has runs of the usual ids, holds no lease, and activates nothing where nothing serves', async () => {
    const { table } = await drill(next);
    expect([table.lease, table.subject, table.requestedBy]).toEqual([null, 'lab/1', 'carol']);
    const runs = table.steps.map(({ id, apply }) => [id, (apply?.args as { run?: { id: string } }).run?.id]);
    expect(runs).toEqual([
      ['begun', undefined],
      ['revoked', `revoke-ca/lab/${'004a'.repeat(8).slice(2)}`],
      ['issued', 'issue-ca/lab/2'],
      ['record', undefined],
    ]);
  });

  it('refuses the key that is lost, a spec of the same generation, and one that was changed', async () => {
    const same = { ...next, intermediate: spec.intermediate };
    await expect(drill(same)).rejects.toThrow(/names the key that is lost, 02 of token/);
    await expect(drill(spec)).rejects.toThrow(/raise profile\.generation above 1/);
    await drill(next);
    const input = { name: 'lab', generation: 1, specDigest: '0'.repeat(64), why: 'x', requestedBy: 'carol' };
    await expect(compile('drill-compromise', input)).rejects.toThrow(/was changed/);
  });
});
