// SPDX-License-Identifier: Apache-2.0
// The box of identity alone that several proofs share, one after another: each begins with an install, whatever the last one left.
import { rm } from 'node:fs/promises';
import { Lab, labSpec } from '../../system/lab.ts';
import { ownCache } from '../../system/own-cache.ts';

/** nftables: the box stands for a machine that runs a Temporal of its own. */
export const spec = labSpec('least-box', 35, { packages: ['nftables'] });

/** Since `begin`. */
export let lab: Lab;
export let cache = '';

/** Any exit code is a result. */
export const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });

/** A lab without the box, and with a cache of its own: one of the proofs prunes it. */
export async function begin(): Promise<void> {
  cache = await ownCache(['skeleton-image', 'temporal']);
  lab = await Lab.create({ HOLDFAST_CACHE: cache });
}

export async function end(): Promise<void> {
  await lab.dispose(spec.name);
  await rm(cache, { recursive: true, force: true });
}
