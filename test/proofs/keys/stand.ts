// SPDX-License-Identifier: Apache-2.0
// A Keystone that stands alone, whose worker can be killed at a named moment.
import { crashLab } from '../crash/crash-run.ts';
import { type Lab, labSpec } from '../../system/lab.ts';

/** How long its Keystone remembers what it read. */
const rememberedSeconds = 5;

const overrides = { keystone: { cache: { expiration_time: rememberedSeconds } } };
export const spec = labSpec('keys-box', 88, { overrides });

/** Since `begin`. */
export let lab: Lab;

/** Any exit code is a result. */
export const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });

export async function begin(): Promise<void> {
  lab = await crashLab();
  await lab.install(spec);
}

/** After a failure the box still stands: it goes all the same. */
export async function end(): Promise<void> {
  await lab.dispose(spec.name);
}
