// SPDX-License-Identifier: Apache-2.0
// An authority is not destroyed under boxes that have their certificate from it, and its records are kept. Real files, no server.
import { mkdir, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import {
  authorityUserDifferences,
  setAside,
  setAsideDifferences,
} from '../../../activities/authority/set-aside.ts';
import type { Clients } from '../../../activities/clients/index.ts';
import { compileActivities } from '../../../activities/operation/compile.ts';
import { writePrivate } from '../../../cli/terminal/files.ts';
import { exampleAuthority } from '../../plans/example-ceremony.ts';
import { labSpec } from '../../system/lab.ts';

let state: string;
beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await writePrivate(join(state, 'authorities/lab/spec.json'), JSON.stringify(exampleAuthority()));
});
afterEach(() => rm(state, { recursive: true }));

const recordBox = (name: string, authority: string) => {
  const spec = labSpec(name, 9, { access: { name: `${name}.cloud.example` }, certificates: { authority } });
  return writePrivate(join(state, 'boxes', name, 'spec.json'), JSON.stringify(spec));
};

async function compiled(input: object): Promise<string[]> {
  const data = [...Buffer.from(JSON.stringify({ name: 'lab', ...input }))];
  const { compile } = compileActivities({ stateDirectory: state } as Clients);
  const { table } = await compile({ operation: 'destroy-ca', payloads: [{ encoding: 'json/plain', data }] });
  return table.steps.map(({ id }) => id);
}

describe('destroying an authority', () => {
  it('is refused while a recorded box has its certificate from it, with the box and the next command', async () => {
    await recordBox('user', 'lab');
    await recordBox('other', 'elsewhere');
    await expect(compiled({})).rejects.toThrow(
      /box user has its certificate from lab; next: .*holdfast box install FILE/,
    );
    await expect(compiled({})).rejects.not.toThrow(/box other/);
    expect(await authorityUserDifferences(state, 'lab')).toMatchObject([
      { have: 'box user has its certificate from lab' },
    ]);
  });

  it.each([
    ['absent', () => mkdir(join(state, 'boxes/odd'), { recursive: true }), 'There is no file'],
    ['unreadable', () => mkdir(join(state, 'boxes/odd/spec.json'), { recursive: true }), 'EISDIR'],
    ['no JSON', () => writePrivate(join(state, 'boxes/odd/spec.json'), '{'), 'is not JSON'],
    ['not of a box', () => writePrivate(join(state, 'boxes/odd/spec.json'), '{}'), 'Its spec is damaged: '],
  ])('is refused while the spec of a box is %s', async (_, make, why) => {
    await make();
    await expect(compiled({})).rejects.toThrow(`box odd may have its certificate from lab: `);
    await expect(compiled({})).rejects.toThrow(why);
  });

  it('is accepted when boxes are to keep what they have, and when none has anything', async () => {
    expect(await compiled({})).toEqual(['unused', 'power', 'network', 'files', 'record']);
    await recordBox('user', 'lab');
    expect(await compiled({ leaveBoxes: true })).toEqual(['power', 'network', 'files', 'record']);
  });

  it('does not take the box of another for its own, and knows no authority that is not recorded', async () => {
    await recordBox('lab-ca', 'elsewhere');
    await expect(compiled({})).rejects.toThrow(/lab-ca is the name of a box/);
    await expect(compiled({ name: 'other' })).rejects.toThrow(/other/);
  });

  it('keeps every record, once, beside those of one of the same name', async () => {
    await writePrivate(join(state, 'authorities/lab/ceremonies/1/seal.json'), 'sealed');
    expect(await setAsideDifferences(state, 'lab')).toHaveLength(1);
    const folder = await setAside(state, 'lab');
    expect(await setAsideDifferences(state, 'lab')).toEqual([]);
    expect(await readFile(join(folder, 'ceremonies/1/seal.json'), 'utf8')).toBe('sealed');
    expect(await readdir(join(state, 'authorities'))).toEqual([]);
    await expect(compiled({})).rejects.toThrow(/lab/);
  });
});
