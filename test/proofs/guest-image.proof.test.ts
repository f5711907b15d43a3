// SPDX-License-Identifier: Apache-2.0
// The guest image built twice from real packages: the same bytes, and a disk that a firmware can start.
// Proves: activities/clients/guest activities/guest profiles/guests.ts
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { debianSources } from '../../activities/clients/machine/debian-sources.ts';
import { guestBuildCommand } from '../../activities/clients/guest/build.ts';
import { builtGuestImage, guestImageDirectory } from '../../activities/clients/guest/guest-image.ts';
import { cacheDirectory } from '../system/cache-directory.ts';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-guest-'));
});
afterEach(() => rm(folder, { recursive: true }));

test('a guest image has the same bytes when it is built again elsewhere', async () => {
  const sources = await debianSources('trixie', undefined);
  if (sources === null) throw new Error('This machine has no Debian sources');
  const build = { suite: 'trixie', sources: sources.text, aptOptions: sources.aptOptions };
  const digests = [];
  for (const name of ['one', 'two']) {
    const directory = guestImageDirectory(join(folder, name), build);
    expect(await builtGuestImage(directory)).toBe(null);
    const [program = '', ...argv] = guestBuildCommand(
      build,
      directory,
      join(cacheDirectory(), 'debian-packages'),
    );
    await execa(program, argv);
    const image = await builtGuestImage(directory);
    digests.push(image?.sha512);
    expect(image?.sizeBytes).toBeLessThan(20 * 1_048_576);
    expect((await readFile(image?.path ?? '')).subarray(0, 4)).toEqual(Buffer.from('QFI\xfb', 'latin1'));
  }
  expect(digests[0]).toMatch(/^[0-9a-f]{128}$/);
  expect(digests[1]).toBe(digests[0]);
});
