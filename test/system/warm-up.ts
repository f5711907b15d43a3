// SPDX-License-Identifier: Apache-2.0
// Runs once before the system tests: builds what they share (programs, Temporal, image) by installing one box for real.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import type { TestProject } from 'vitest/node';
import { recordedImage } from '../../activities/clients/host/box-image.ts';
import { isWholeProof, proofSeed } from '../proofs/seeded-part.ts';
import { recordCalmState } from './calm-state.ts';
import { openstackProgram } from './openstack-command.ts';
import { Lab, labSpec, root } from './lab.ts';
import { beginSharedCloud, disposeSharedCloud } from './shared-cloud.ts';

export async function setup({ provide }: TestProject): Promise<() => Promise<void>> {
  process.stdout.write(
    isWholeProof
      ? 'the long proofs are taken whole\n'
      : `HOLDFAST_SEED=${proofSeed()} repeats the part of the long proofs that is taken here\n`,
  );
  await execa('node', ['workers/build.mjs', '--if-stale'], { cwd: root });
  const program = openstackProgram();
  // Waited for below; until then a rejection is not unhandled.
  program.catch(() => undefined);
  const spec = labSpec('warm-box', 20);
  const lab = await Lab.create();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-shared-'));
  // The gate has files that ask for it, and a first box leaves a processor idle.
  const cloud = process.env['HOLDFAST_GATE'] === 'all' ? beginSharedCloud(folder) : Promise.resolve();
  const begun = Date.now();
  const progress = await lab.install(spec);
  if (progress.phase !== 'done') throw new Error(`The first install ended as ${progress.phase}`);
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
