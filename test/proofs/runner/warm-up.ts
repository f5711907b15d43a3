// SPDX-License-Identifier: Apache-2.0
// Runs once before the proofs: builds what they share (programs, Temporal, image) by installing one box for real.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { recordedImage } from '../../../activities/hosts/box-image.ts';
import { isWholeProof, proofSeed } from './seeded-part.ts';
import { recordCalmState } from '../../system/calm-state.ts';
import { openstackProgram } from '../../system/openstack-command.ts';
import { Lab, labSpec, root } from '../../system/lab.ts';
import { beginSharedCloud, disposeSharedCloud } from '../../system/shared-cloud.ts';

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  process.stdout.write(
    isWholeProof
      ? 'every moment and every batch is taken\n'
      : `HOLDFAST_SEED=${proofSeed()} repeats the part that is taken here\n`,
  );
  await execa('node', ['workers/build.mjs', '--if-stale'], { cwd: root });
  const program = openstackProgram();
  // Waited for below; until then a rejection is not unhandled.
  program.catch(() => undefined);
  const spec = labSpec('warm-box', 20);
  const lab = await Lab.create();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-shared-'));
  // A run of many files has some that ask for it, and a first box leaves a processor idle.
  const cloud = process.env['HOLDFAST_SHARED_CLOUD'] === '1' ? beginSharedCloud(folder) : Promise.resolve();
  const begun = Date.now();
  await lab.install(spec).catch(async (cause: unknown) => {
    // Another run of the proofs may hold the box of that name, which is not ours to destroy then.
    await lab.down();
    throw new Error(
      `The first install failed: ${String(cause instanceof Error ? (cause.cause ?? cause) : cause)}`,
    );
  });
  process.stdout.write(`the first install took ${Math.round((Date.now() - begun) / 1000)} s\n`);
  provide('sharedFolder', folder);
  await recordCalmState(folder, spec);
  const image = await recordedImage(spec.name);
  if (image === null) throw new Error('The first box has no record of its image');
  provide('skeletonImage', image);
  await lab.dispose(spec.name);
  await program;
  return async () => {
    await cloud;
    await disposeSharedCloud(folder);
  };
}
