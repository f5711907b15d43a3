// SPDX-License-Identifier: Apache-2.0
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { updateDifferences, updateOf } from '../../../activities/box/pending-updates.ts';
import { imageDirectory, newestImage, nextImage } from '../../../activities/hosts/image-generations.ts';

describe('updateOf()', () => {
  it('updateOf() reads name, versions and whether it is a security update', () => {
    const line =
      'Inst libssl3t64 [3.5.1-1] (3.5.1-1+deb13u1 Debian:13.1/stable, Debian-Security:13/stable-security [amd64]) []';
    expect(updateOf(line)).toEqual([
      { name: 'libssl3t64', from: '3.5.1-1', to: '3.5.1-1+deb13u1', isSecurity: true },
    ]);
    expect(updateOf('Inst new-one (1.0 Debian:13.1/stable [all])')).toEqual([
      { name: 'new-one', from: null, to: '1.0', isSecurity: false },
    ]);
    expect(updateOf('Conf libssl3t64 (3.5.1-1+deb13u1 Debian:13.1/stable [amd64])')).toEqual([]);
  });

  it('updateDifferences() shows those of security first', () => {
    const update = { from: '1', to: '2' };
    const shown = updateDifferences([
      { name: 'a', isSecurity: false, ...update },
      { name: 'b', isSecurity: true, ...update },
    ]);
    expect(shown).toEqual([
      { what: 'b (security)', have: '1', want: '2' },
      { what: 'a', have: '1', want: '2' },
    ]);
  });
});

describe('images of a recipe', () => {
  const recipe = '0123456789abcdef';
  let cache: string;
  beforeEach(() => {
    cache = mkdtempSync(join(tmpdir(), 'holdfast-test-images-'));
  });
  afterEach(() => rmSync(cache, { recursive: true, force: true }));
  const build = (name: string, isWhole = true): void => {
    mkdirSync(imageDirectory(cache, name), { recursive: true });
    if (isWhole) writeFileSync(join(imageDirectory(cache, name), 'complete'), '');
  };

  it('newestImage() is the first folder while no image is whole', async () => {
    expect(await newestImage(cache, recipe)).toBe(imageDirectory(cache, recipe));
    expect(await nextImage(cache, recipe)).toBe(imageDirectory(cache, recipe));
    build(recipe, false);
    expect(await nextImage(cache, recipe)).toBe(imageDirectory(cache, recipe));
  });

  it('newestImage() is that of the highest number; a build that was killed is gone on with', async () => {
    build(recipe);
    expect(await nextImage(cache, recipe)).toBe(imageDirectory(cache, `${recipe}.1`));
    build(`${recipe}.1`);
    build(`${recipe}.9`);
    build(`${recipe}.10`, false);
    build('fedcba9876543210.99');
    build(`${recipe}.lock`);
    expect(await newestImage(cache, recipe)).toBe(imageDirectory(cache, `${recipe}.9`));
    expect(await nextImage(cache, recipe)).toBe(imageDirectory(cache, `${recipe}.10`));
  });
});
