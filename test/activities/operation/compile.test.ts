// SPDX-License-Identifier: Apache-2.0
// A run works by what its owner recorded, and runs no command that its input carries. Real files, no server.
import { chmod, chown, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { waysOf } from '../../../activities/notify/notice.ts';
import { compileActivities } from '../../../activities/operation/compile.ts';
import type { Clients } from '../../../activities/clients/index.ts';
import { writePrivate } from '../../../cli/terminal/files.ts';
import { recordWanted } from '../../../cli/records/wanted-spec.ts';
import { subjectFolders } from '../../../workflows/contracts/run/subject.ts';
import { wantedSpecFile, type WantedSpec } from '../../../workflows/contracts/box/wanted-spec.ts';
import { labSpec } from '../../system/lab.ts';

const command = ['sh', '-c', 'id > /tmp/never'];
const spec = labSpec('lab', 9, { notify: { webhook: 'http://127.0.0.1:4/hook' } });
let stateDirectory: string;
let wanted: WantedSpec;
let path: string;

beforeEach(async () => {
  stateDirectory = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  wanted = await recordWanted({ io: { writePrivate }, stateDirectory }, spec);
  path = join(stateDirectory, wantedSpecFile(wanted));
});
afterEach(() => rm(stateDirectory, { recursive: true }));

const specPathOf = (box: string): string => join('boxes', box, 'spec.json');
const clients = () => ({ stateDirectory }) as Clients;
const compile = (operation: string, input: unknown) => {
  const data = [...Buffer.from(JSON.stringify(input))];
  return compileActivities(clients()).compile({ operation, payloads: [{ encoding: 'json/plain', data }] });
};
const refusal = (input: unknown) =>
  compile('install-box', input).then(
    () => 'accepted',
    (error: Error) => error.message,
  );

describe('compile()', () => {
  test('compile() works by the recorded spec, and its table names that instead of whom to tell', async () => {
    const { table } = await compile('install-box', wanted);
    expect(table.notify).toEqual({
      subject: { kind: 'box', name: 'lab' },
      specDigest: wanted.specDigest,
    });
  });

  test.each([
    ['install-box', { spec, takeOver: false }],
    ['plan', { spec, takeOver: false }],
    ['canary', { cloud: 'nosuch', scheduled: true, notify: { command } }],
    ['drift', { name: 'lab', notify: { command } }],
  ])('compile() refuses a %s whose input carries a spec or a command', async (operation, input) => {
    await expect(compile(operation, input)).rejects.toMatchObject({ type: 'InvalidInput' });
  });

  test('compile() refuses to destroy a box with a deletion lock, or with a record that cannot tell', async () => {
    const record = join(stateDirectory, specPathOf('lab'));
    const destroy = () =>
      compile('destroy-box', { name: 'lab', takeOver: false }).then(
        () => 'accepted',
        (error: Error) => error.message,
      );
    expect(await destroy()).toBe('accepted');
    await writePrivate(record, JSON.stringify({ ...spec, deletionLock: false }));
    expect(await destroy()).toBe('accepted');
    await writePrivate(record, JSON.stringify({ ...spec, deletionLock: true }));
    expect(await destroy()).toMatch('Box lab has a deletion lock');
    await writePrivate(record, '{');
    expect(await destroy()).toMatch('recorded spec of box lab');
  });

  test('compile() names the path and what is wrong when the recorded spec is not there, no JSON, or another', async () => {
    const text = await readFile(path, 'utf8');
    await writeFile(path, text.replace('RegionOne', 'RegionTwo'));
    expect(await refusal(wanted)).toMatch(`${path} has the digest `);
    await writeFile(path, '{');
    expect(await refusal(wanted)).toMatch(`${path} is not JSON`);
    await rm(path);
    expect(await refusal(wanted)).toMatch(`There is no file ${path}`);
    await mkdir(path);
    expect(await refusal(wanted)).toMatch(`${path} cannot be read: EISDIR`);
  });

  test('compile() refuses what another user owns or can write, at the file and at every folder above it', async () => {
    for (const each of [path, dirname(path), join(stateDirectory, 'boxes'), stateDirectory]) {
      const mode = each === path ? 0o600 : 0o700;
      await chmod(each, mode | 0o020);
      expect(await refusal(wanted)).toMatch(`Others than its owner can write ${each}`);
      await chmod(each, mode);
      if (process.getuid?.() !== 0) continue;
      await chown(each, 65_534, 0);
      expect(await refusal(wanted)).toMatch(`${each} belongs to user 65534, not to user 0`);
      await chown(each, 0, 0);
    }
    const elsewhere = join(stateDirectory, 'elsewhere');
    await writeFile(elsewhere, await readFile(path));
    await rm(path);
    await symlink(elsewhere, path);
    expect(await refusal(wanted)).toMatch(`${path} is a link`);
  });
});

describe('waysOf()', () => {
  test.each([
    ['a command', { command }],
    ['a path', { subject: { kind: 'box', name: '../lab' } }],
    ['a box that is not recorded', { subject: { kind: 'box', name: 'other' } }],
    ['a kind that has no records', { subject: { kind: 'cloud', name: 'lab' } }],
  ])('waysOf() tells nobody when the table carries %s', async (_, target: object) => {
    expect(await waysOf(stateDirectory, target)).toHaveProperty('why');
  });

  test.each(['box', 'site', 'authority'] as const)(
    'waysOf() reads the recorded spec of a %s',
    async (kind) => {
      const folder = join(stateDirectory, subjectFolders[kind], 'told');
      await mkdir(folder, { recursive: true, mode: 0o700 });
      const write = (notify: object) =>
        writePrivate(join(folder, 'spec.json'), JSON.stringify({ kind: 'any', notify }));
      const subject = { kind, name: 'told' };
      await write({ webhook: 'http://127.0.0.1:4/hook' });
      expect(await waysOf(stateDirectory, { subject })).toEqual({ webhook: 'http://127.0.0.1:4/hook' });
      await write({ command: 'id' });
      expect(await waysOf(stateDirectory, { subject })).toEqual({
        why: `The recorded spec of ${kind} told is damaged: notify.command: Must be a list, not "id"`,
      });
    },
  );
});
