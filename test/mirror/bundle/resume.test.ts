// SPDX-License-Identifier: Apache-2.0
// Exports and imports are interrupted at every segment, and by SIGKILL: whole segments are neither written nor read twice.
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { planBundle } from '../../../activities/mirror/bundle/plan.ts';
import { admit, segmentDifferences, takeSegments } from '../../../activities/mirror/bundle/take.ts';
import { signBundle, writeBundle, writtenDifferences } from '../../../activities/mirror/bundle/write.ts';
import { readPublished } from '../../../activities/mirror/pointer.ts';
import { filesBelow } from '../../../activities/mirror/rollback.ts';
import { Detached, type StepScope } from '../../../activities/step-scope.ts';
import { bundleProgram } from '../../run-ts.mjs';
import { BundleLab } from './bundle-lab.ts';

let lab: BundleLab;

beforeEach(async () => {
  lab = await BundleLab.create();
});

afterEach(async () => {
  await lab.remove();
});

/** A scope that is cut off at a piece of the segment, as when the worker shuts down. */
function cutAt(segment: string, run: string): StepScope {
  const stop = new AbortController();
  const scope = lab.scope(run, stop.signal);
  return {
    ...scope,
    tell: (text) => {
      if (text.startsWith(segment)) stop.abort();
    },
  };
}

const segmentName = (index: number): string => `segment-${String(index + 1).padStart(5, '0')}`;

const wholeSegments = async (): Promise<Map<string, number>> => {
  const whole = new Map<string, number>();
  for (const name of await readdir(lab.medium).catch(() => []))
    if (/^segment-\d+$/.test(name)) whole.set(name, (await stat(join(lab.medium, name))).mtimeMs);
  return whole;
};

describe('writeBundle()', () => {
  it('goes on at the segment where it was cut off, wherever that was', async () => {
    await lab.publishNear('1', [40_000, 40_000, 30_000, 150_000, 60_000]);
    const { site, secrets } = lab.near;
    const args = lab.exportArgs();
    const run = lab.newRun();
    await planBundle(site, args, lab.scope(run));
    const all = (await writtenDifferences(site, args, lab.scope(run))).length - 1;
    expect(all).toBeGreaterThan(4);
    for (let index = 0; index < all; index += 1) {
      await expect(writeBundle(site, args, cutAt(segmentName(index), run))).rejects.toThrow(Detached);
      expect([...(await wholeSegments()).keys()].sort()).toEqual(
        Array.from({ length: index }, (_, n) => segmentName(n)),
      );
      // The one that was cut off is written whole before the next is.
      if (index + 1 === all) break;
      await expect(writeBundle(site, args, cutAt(segmentName(index + 1), run))).rejects.toThrow(Detached);
    }
    expect(await writeBundle(site, args, lab.scope(run))).toBe(`1 of ${all} segments written`);
    await signBundle(site, args, lab.scope(run), secrets);
    await expect(lab.importBundle()).resolves.toMatch(/\.receipt$/);
  });
});

describe('takeSegments()', () => {
  it('goes on behind the last whole content, wherever it was cut off', async () => {
    const revision = await lab.publishNear('1', [40_000, 40_000, 30_000, 150_000, 60_000]);
    await lab.exportBundle();
    const { site } = lab.far;
    const run = lab.newRun();
    const bundle = await lab.admitted();
    const args = { folder: lab.medium };
    await admit(site, { box: 'far', ...args, bundle, receives: lab.receives }, lab.scope(run));
    const left = async (): Promise<number> => (await segmentDifferences(site, args, lab.scope(run))).length;
    const all = await left();
    for (let index = 0; index < all; index += 1) {
      expect(await left()).toBe(all - index);
      await expect(takeSegments(site, args, cutAt(segmentName(index), run))).rejects.toThrow(Detached);
      expect(await left()).toBe(all - index);
      // What the medium lacks from here on is not asked for again.
      if (index > 0) await rm(join(lab.medium, segmentName(index - 1)), { force: true });
      if (index + 1 === all) break;
      await expect(takeSegments(site, args, cutAt(segmentName(index + 1), run))).rejects.toThrow(Detached);
    }
    await takeSegments(site, args, lab.scope(run));
    await lab.importBundle(run);
    expect(await readPublished(site)).toMatchObject({ revision });
  });
});

describe('a process that is killed', () => {
  const segmentBytes = 500_000;
  let built = '';
  const program = (run: string, way: 'export' | 'import') =>
    execa('node', [built, lab.folder, run, way, String(segmentBytes)], { reject: false });

  beforeAll(async () => {
    built = await bundleProgram('test/mirror/bundle/move-program.ts');
  });

  const until = async (isSo: () => Promise<boolean>): Promise<void> => {
    for (let tries = 0; tries < 4000; tries += 1) {
      if (await isSo()) return;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
    throw new Error('the process has not come so far');
  };

  it('by SIGKILL leaves whole segments that the next process neither writes nor takes again', async () => {
    const revision = await lab.publishNear(
      '1',
      Array.from({ length: 12 }, (_, index) => 450_000 + index),
    );
    const [writing, taking] = [lab.newRun(), lab.newRun()];
    for (const count of [3, 7]) {
      const exporting = program(writing, 'export');
      await until(async () => (await wholeSegments()).size >= count);
      exporting.kill('SIGKILL');
      await exporting;
      const before = await wholeSegments();
      expect(before.size).toBeLessThan(12);
      const next = program(writing, 'export');
      await until(async () => (await wholeSegments()).size > before.size);
      next.kill('SIGKILL');
      await next;
      const after = await wholeSegments();
      for (const [name, time] of before) expect(after.get(name)).toBe(time);
    }
    expect(await program(writing, 'export')).toMatchObject({ exitCode: 0 });
    const contents = async (): Promise<number> =>
      (await filesBelow(join(lab.far.site.data, 'content/sha256'))).size;
    for (const count of [4, 8]) {
      const importing = program(taking, 'import');
      await until(async () => (await contents()) >= count);
      importing.kill('SIGKILL');
      await importing;
    }
    const held = await filesBelow(join(lab.far.site.data, 'content/sha256'));
    const times = new Map<string, number>();
    for (const [digest, path] of held) times.set(digest, (await stat(path)).mtimeMs);
    expect(held.size).toBeLessThan(14);
    expect(await program(taking, 'import')).toMatchObject({ exitCode: 0 });
    for (const [digest, path] of held) expect((await stat(path)).mtimeMs).toBe(times.get(digest));
    expect(await readPublished(lab.far.site)).toMatchObject({ revision });
  });
});
