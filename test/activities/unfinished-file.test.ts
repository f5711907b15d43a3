// SPDX-License-Identifier: Apache-2.0
// What a killed writer left beside a file goes with the next write; what a living one writes just now stays. Real processes.
import { execFileSync } from 'node:child_process';
import { mkdtemp, readdir, readlink, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { writeFileAtomically } from '../../activities/clients/state/local-files.ts';
import { unfinishedFile } from '../../activities/clients/state/unfinished-file.ts';
import { writeOnce } from '../../activities/clients/state/written-once.ts';

let folder: string;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-unfinished-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** Of a process that has ended. */
const deadPid = () => execFileSync('sh', ['-c', 'echo $$'], { encoding: 'utf8' }).trim();

test.for([
  ['writeFileAtomically', (path: string) => writeFileAtomically(path, 'new', 0o600)],
  ['writeOnce', (path: string) => writeOnce(path, 'new')],
] as const)('%s removes what a killed writer of the same file left, and nothing else', async ([, write]) => {
  const path = join(folder, 'record');
  const ofTheLiving = await unfinishedFile(path);
  await writeFile(ofTheLiving, 'half');
  const namespace = (await readlink('/proc/self/ns/pid')).replaceAll(/\D/g, '');
  const ofTheDead = `${deadPid()}-1-${namespace}-0123456789ab.new`;
  const ofElsewhere = `record.${deadPid()}-1-1-0123456789ab.new`;
  await writeFile(`${path}.${ofTheDead}`, 'half');
  await writeFile(join(folder, ofElsewhere), 'of a process that is not seen here');
  await writeFile(join(folder, `record2.${ofTheDead}`), 'of another file');
  await writeFile(`${path}.new`, 'of somebody else');
  await write(path);
  const left = ['record', 'record.new', ofElsewhere, ofTheLiving.slice(folder.length + 1)];
  expect((await readdir(folder)).filter((name) => !name.startsWith('record2'))).toEqual(left.sort());
  expect((await readdir(folder)).length).toBe(5);
});
