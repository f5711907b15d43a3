// SPDX-License-Identifier: Apache-2.0
// The spec of an authority: the example is one, and each mistake is refused at its path.
import { describe, expect, it } from 'vitest';
import {
  parseAuthoritySpec,
  parseIssueCa,
} from '../../workflows/contracts/authority/authority-spec.schema.ts';
import { ceremonyFolder } from '../../workflows/contracts/authority/ceremony.ts';
import { daysOf, stationQueue } from '../../workflows/contracts/authority/authority-spec.ts';
import { exampleAuthority } from '../plans/example-ceremony.ts';

type Tree = Record<string, unknown>;

/** Paths that are refused once the example has another value at a dotted path; undefined takes the key away. */
function refused(path: string, value: unknown): string[] {
  const spec = JSON.parse(JSON.stringify(exampleAuthority())) as Tree;
  const keys = path.split('.');
  const last = keys.pop() as string;
  let node = spec;
  for (const key of keys) node = node[key] as Tree;
  if (value === undefined) delete node[last];
  else node[last] = value;
  const parsed = parseAuthoritySpec(spec);
  return parsed.ok ? [] : parsed.issues.map((issue) => issue.path);
}

const alice = { name: 'alice', key: 'ssh-ed25519 AAAA' };
const bob = { name: 'bob', key: 'ssh-ed25519 AAAB' };

describe('parseAuthoritySpec()', () => {
  it('takes the example, and fills in what it leaves out', () => {
    const { readers, approvals, approvers, profile, root } = exampleAuthority();
    expect({ readers, approvals, approvers }).toEqual({ readers: 1, approvals: 2, approvers: [] });
    expect([profile.crlLifetime, root.crlNumber, root.revoked]).toEqual(['400d', 0, []]);
  });

  it.each<[string, unknown, string]>([
    ['name', '../lab', 'name'],
    ['name', undefined, 'name'],
    ['kind', 'Box', 'kind'],
    ['extra', 1, 'extra'],
    ['root.serial', 'a serial number that is too long', 'root.serial'],
    ['root.id', '1', 'root.id'],
    ['root.fingerprint', 'AB'.repeat(32), 'root.fingerprint'],
    ['root.fingerprint', undefined, 'root.fingerprint'],
    ['root.certificate', 'root.pem', 'root.certificate'],
    ['root.crlNumber', -1, 'root.crlNumber'],
    ['root.revoked', [{ serial: '4a', revokedAt: 'yesterday' }], 'root.revoked.0.revokedAt'],
    ['intermediate.serial', '1a2b3c4d5e6f7a8b', 'intermediate.serial'],
    ['intermediate.label', 'new\nline', 'intermediate.label'],
    ['station', 'Desk 1', 'station'],
    ['readers', 3, 'readers'],
    ['approvals', 0, 'approvals'],
    ['approvers', [alice], 'approvers'],
    ['approvers', [alice, alice], 'approvers.1.name'],
    ['approvers', [alice, { ...alice, name: 'bob' }], 'approvers.1.key'],
    ['approvers', [alice, { ...bob, key: 'ssh-rsa AAAA' }], 'approvers.1.key'],
    ['approvers', [alice, { ...bob, key: `${bob.key} bob@host` }], 'approvers.1.key'],
    ['profile.generation', 0, 'profile.generation'],
    ['profile.lifetime', '5y', 'profile.lifetime'],
    ['profile.lifetime', '9999d', 'profile.lifetime'],
    ['profile.permitted', [], 'profile.permitted'],
    ['profile.permitted', ['.cloud.example'], 'profile.permitted.0'],
    ['profile.permitted', ['*.cloud.example'], 'profile.permitted.0'],
    ['profile.permitted', ['Cloud.example'], 'profile.permitted.0'],
    ['profile.excluded', ['other.example'], 'profile.excluded.0'],
    ['profile.excluded', ['cloud.example'], 'profile.excluded.0'],
    ['profile.crlUrl', 'https://ca.cloud.example/root.crl', 'profile.crlUrl'],
    ['profile.crlLifetime', '30d', 'profile.crlLifetime'],
    ['profile.subject.country', 'Lab', 'profile.subject.country'],
    ['profile.subject.commonName', undefined, 'profile.subject.commonName'],
    ['notify', {}, 'notify'],
  ])('refuses %s = %j', (path, value, at) => {
    expect(refused(path, value)).toContain(at);
  });

  it('takes approvers who are enough and differ, and names below permitted ones as excluded', () => {
    expect(refused('approvers', [alice, bob])).toEqual([]);
    expect(refused('profile.excluded', ['old.cloud.example'])).toEqual([]);
  });
});

describe('parseIssueCa()', () => {
  it('refuses an input that names no recorded spec', () => {
    const input = { name: 'lab', generation: 1, specDigest: '0'.repeat(64), requestedBy: 'carol' };
    expect(parseIssueCa(input)).toMatchObject({ ok: true, value: { takeOver: false } });
    expect(parseIssueCa({ ...input, specDigest: 'x' }).ok).toBe(false);
    expect(parseIssueCa({ ...input, name: '../x' }).ok).toBe(false);
  });
});

describe('names', () => {
  it('are those that recorded runs and folders have', () => {
    expect(stationQueue('desk')).toBe('token.desk');
    expect(ceremonyFolder('lab', 2)).toBe('authorities/lab/ceremonies/2');
    expect([daysOf('30d'), daysOf('0d'), daysOf('1w')]).toEqual([30, null, null]);
  });
});
