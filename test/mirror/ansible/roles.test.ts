// SPDX-License-Identifier: Apache-2.0
// Roles of Ansible: which versions are chosen, what the spec and a change take, and what a galaxy may say of them.
import { describe, expect, it } from 'vitest';
import { listedRoles, roleOf } from '../../../activities/clients/ansible/roles.ts';
import { chosenRoleVersions } from '../../../workflows/contracts/mirror/ansible/plan.ts';
import { changeOf, type ChangeRequest } from '../../../workflows/contracts/mirror/change/change.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';

const parsed = (server: object) =>
  parseMirrorSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Mirror',
    name: 'lab-mirror',
    network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
    ansible: [{ name: 'galaxy', ...server }],
  });

function specOf(server: object): MirrorSpec {
  const outcome = parsed(server);
  if (!outcome.ok) throw new Error(JSON.stringify(outcome.issues));
  return outcome.value;
}

describe('chosenRoleVersions()', () => {
  it.each([
    [undefined, ['1.9.0', '1.10.0', '0.1'], ['1.10.0']],
    [undefined, ['v2.0', '1.9.9', 'main'], ['v2.0']],
    [undefined, ['main', 'devel'], ['main']],
    [undefined, ['2.0.0-rc1', '1.0'], ['1.0']],
    [undefined, [], null],
    [
      ['1.0', 'main'],
      ['main', '1.0', '2.0'],
      ['1.0', 'main'],
    ],
    [['1.0', '3.0'], ['1.0'], null],
  ])('of %j and %j is %j', (wanted, listed, chosen) => {
    expect(chosenRoleVersions(wanted, listed)).toEqual(chosen);
  });
});

describe('the spec', () => {
  it('takes a galaxy of roles alone, and refuses one of nothing', () => {
    expect(
      specOf({ roles: [{ name: 'geerlingguy.docker', versions: ['7.4.1'] }] }).ansible?.[0],
    ).toMatchObject({
      collections: [],
      roles: [{ name: 'geerlingguy.docker', versions: ['7.4.1'] }],
    });
    expect(parsed({ roles: [] })).toMatchObject({
      ok: false,
      issues: [{ message: 'Name at least one collection or role' }],
    });
  });

  it.each(['docker', '../etc.passwd', 'a.b/c', 'a.b c', '-a.b'])('refuses the role %j', (name) => {
    expect(parsed({ roles: [{ name }] }).ok).toBe(false);
  });

  it.each(['../1.0', '', '-1', '1 0', 'a/b'])('refuses the version %j', (version) => {
    expect(parsed({ roles: [{ name: 'lab.demo', versions: [version] }] }).ok).toBe(false);
  });
});

describe('a change of roles', () => {
  const spec = specOf({
    collections: [{ name: 'lab.tools' }],
    roles: [{ name: 'lab.demo', versions: ['1.0'] }, { name: 'lab.other' }],
  });

  it.each([
    ['add', 'role:geerlingguy.docker', ['+ ansible galaxy: role geerlingguy.docker']],
    [
      'add',
      'role:lab.demo,2.0',
      ['- ansible galaxy: role lab.demo 1.0', '+ ansible galaxy: role lab.demo 2.0'],
    ],
    ['add', 'role:lab.demo,1.0', []],
    ['remove', 'role:lab.other', ['- ansible galaxy: role lab.other']],
    ['remove', 'lab.tools', ['- ansible galaxy: lab.tools']],
  ] as const)('%s %s', (action, item, lines) => {
    const changed = changeOf(spec, { action, kind: 'ansible', item, to: null });
    if (!changed.ok) throw new Error(changed.problem);
    expect(changed.lines).toEqual(lines);
    const outcome = parseMirrorSpec(changed.spec);
    expect(outcome).toMatchObject({ ok: true, value: changed.spec });
  });

  it.each([
    ['add', 'role:docker', 'is not a collection or role'],
    ['add', 'role:lab.demo,../1', 'is not a collection or role'],
    ['remove', 'role:lab.demmo', 'names no collection or role role:lab.demmo'],
  ] as const)('%s %s is refused', (action, item, problem) => {
    const request: ChangeRequest = { action, kind: 'ansible', item, to: null };
    expect(changeOf(spec, request)).toMatchObject({
      ok: false,
      problem: expect.stringContaining(problem) as string,
    });
  });

  it('removes the last role of a galaxy without collections with the galaxy', () => {
    const alone = specOf({ roles: [{ name: 'lab.demo' }] });
    const changed = changeOf(alone, { action: 'remove', kind: 'ansible', item: 'role:lab.demo', to: null });
    expect(changed.ok && (changed.spec as MirrorSpec).ansible).toEqual([]);
  });
});

describe('what a galaxy says', () => {
  const found = { id: 7, github_user: 'lab', github_repo: 'role-demo' };
  const role = { id: '7', user: 'lab', repository: 'role-demo' };

  it('is where a version lies, or the tag of a repository where it names none', () => {
    expect(roleOf({ results: [found] }, 'lab.demo')).toEqual(role);
    const results = [{ name: '1.0', download_url: 'https://files.test/1.0.tar.gz' }, { name: '2.0' }];
    expect(listedRoles(role, { results })).toEqual([
      { version: '1.0', url: 'https://files.test/1.0.tar.gz' },
      { version: '2.0', url: 'https://github.com/lab/role-demo/archive/2.0.tar.gz' },
    ]);
  });

  it('is refused where it would be another path or hold a secret', () => {
    expect(roleOf({ results: [] }, 'lab.demo')).toBeNull();
    expect(() => roleOf({ results: [{ ...found, id: '../x' }] }, 'lab.demo')).toThrow('where the role');
    expect(() => roleOf({ results: [{ ...found, github_user: 'a/b' }] }, 'lab.demo')).toThrow(
      'where the role',
    );
    const secret = [{ name: '1.0', download_url: 'https://files.test/1.0?token=x' }];
    expect(() => listedRoles(role, { results: secret })).toThrow('not a plain URL');
    expect(listedRoles(role, { results: [{ name: '../1.0' }] })).toEqual([]);
  });
});
