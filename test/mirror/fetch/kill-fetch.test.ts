// SPDX-License-Identifier: Apache-2.0
// A process that fetches is killed by SIGKILL in the middle, again and again: no byte that reached the disk is asked for twice.
import { mkdtemp, readdir, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import { bundleProgram } from '../../run-ts.mjs';
import { generated, UpstreamServer } from '../upstream-server.ts';

let upstream: UpstreamServer;
let folder: string;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-kill-'));
});

afterEach(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

/** Bytes of the parts that a killed process left, by digest. */
async function leftBehind(store: ContentStore): Promise<Map<string, number>> {
  const left = new Map<string, number>();
  for (const name of await readdir(store.parts).catch(() => []))
    if (/^[0-9a-f]{64}\.\d+-\d+$/.test(name))
      left.set(name.slice(0, 64), (await stat(join(store.parts, name))).size);
  return left;
}

describe('fetchAll', () => {
  it('fetchAll() asks for no byte twice that was on the disk when its process was killed', async () => {
    const store = new ContentStore(join(folder, 'content'));
    const files = Array.from({ length: 7 }, (_, index) => `big-${index}`);
    const wanted = files.map((name) => upstream.add(name, generated(name, 1_500_000)));
    const list = join(folder, 'list.json');
    await writeFile(list, JSON.stringify(wanted));
    upstream.bytesPerSecond = 1_000_000;
    const program = [await bundleProgram('test/mirror/fetch/fetch-program.ts'), folder, list];
    for (const share of [0.2, 0.45, 0.7]) {
      const fetching = execa('node', program, { reject: false });
      while (upstream.sentBytes < share * 10_500_000) await new Promise((resolve) => setTimeout(resolve, 20));
      fetching.kill('SIGKILL');
      await fetching;
      const left = await leftBehind(store);
      const asked = upstream.asked.length;
      // What the next process asks for first goes on exactly where the disk ends.
      const next = execa('node', program, { reject: false });
      while (upstream.asked.length < asked + Math.min(left.size, 4))
        await new Promise((resolve) => setTimeout(resolve, 5));
      next.kill('SIGKILL');
      await next;
      for (const { path, range } of upstream.asked.slice(asked)) {
        const digest = wanted[files.indexOf(path)]?.digest ?? '';
        expect(range ?? 'bytes=0-').toBe(`bytes=${left.get(digest) ?? 0}-`);
      }
    }
    upstream.bytesPerSecond = Number.POSITIVE_INFINITY;
    expect((await execa('node', program)).exitCode).toBe(0);
    for (const each of wanted) expect(await store.soundness(each)).toBe('sound');
    expect(await readdir(store.parts)).toEqual([]);
  });
});
