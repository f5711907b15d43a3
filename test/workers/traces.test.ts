// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { forget, leftDumps, tracesOf } from '../../workers/machine/traces.ts';

// A name that no box of this machine has.
const box = 'traces-of-a-test';
let state: string;

beforeEach(async () => {
  state = await mkdtemp(join(tmpdir(), 'holdfast-test-'));
  await mkdir(join(state, 'dumps', box, '3f2a'), { recursive: true });
  await mkdir(join(state, 'canaries'));
  await writeFile(join(state, 'canaries', `${box}-test.ndjson`), '');
  await writeFile(join(state, 'canaries', 'acme.ndjson'), '');
});
afterEach(() => rm(state, { recursive: true }));

const left = () => [join(state, 'dumps', box), join(state, 'canaries', `${box}-test.ndjson`)];

test('tracesOf() tells what is left from what is there', async () => {
  expect(await tracesOf(state, box)).toEqual({ isThere: false, dumps: 1, left: left() });
  await mkdir(join(state, 'boxes', box), { recursive: true });
  expect((await tracesOf(state, box)).isThere).toBe(true);
  expect(await tracesOf(state, 'typo')).toEqual({ isThere: false, dumps: 0, left: [] });
});

test('leftDumps() takes those of boxes that are gone, and of no other cloud', async () => {
  expect((await leftDumps(state)).map(({ path }) => path)).toEqual(left());
  await mkdir(join(state, 'boxes', box), { recursive: true });
  expect(await leftDumps(state)).toEqual([]);
});

test('forget() removes exactly what is left of one box', async () => {
  expect(await forget(state, box)).toEqual(left());
  expect(await readdir(join(state, 'canaries'))).toEqual(['acme.ndjson']);
  expect(await readdir(join(state, 'dumps'))).toEqual([]);
});
