// SPDX-License-Identifier: Apache-2.0
// Whose lease a target is, where the steps of a subject work, and that a step's own hosts reach its activities.
import { describe, expect, test } from 'vitest';
import { hostOf } from '../../activities/hosts/host.ts';
import { hostsOf, subjectOfLease, type HostRef } from '../../workflows/contracts/run/subject.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { FakeWorld, tableOf } from '../workflows/fake-world.ts';

describe('subjectOfLease()', () => {
  test.each([
    ['lab', { kind: 'box', name: 'lab' }],
    ['cloud', { kind: 'box', name: 'cloud' }],
    ['cloud/acme', { kind: 'cloud', name: 'acme' }],
    ['authority/root', { kind: 'authority', name: 'root' }],
  ])('of %s is %j', (target, subject) => {
    expect(subjectOfLease(target)).toEqual(subject);
  });
});

describe('hosts', () => {
  test('a box works on this machine and inside itself, another subject nowhere of its own', () => {
    expect(hostsOf({ kind: 'box', name: 'lab' })).toEqual(['machine:lab', 'box:lab']);
    expect(hostsOf({ kind: 'cloud', name: 'acme' })).toEqual([]);
  });

  test('hostOf() knows the hosts of a box, and refuses a kind that is not there', () => {
    for (const ref of hostsOf({ kind: 'box', name: 'lab' })) expect(hostOf(ref).name).not.toBe('');
    expect(() => hostOf('ssh:compute-07')).toThrow('There is no way to the host ssh:compute-07');
  });

  test('an activity is told the hosts that its step names, and none otherwise', async () => {
    const hosts: readonly HostRef[] = ['box:other'];
    const world = new FakeWorld();
    const seen = new Map<string, readonly HostRef[] | undefined>();
    for (const id of ['a', 'b'])
      world.hooks.set(`${id}/apply`, (context) => void seen.set(id, context.hosts));
    await new TableRun(tableOf({ a: { hosts }, b: {} }), world, 'nonce').run();
    expect([seen.get('a'), seen.get('b')]).toEqual([hosts, undefined]);
  });
});
