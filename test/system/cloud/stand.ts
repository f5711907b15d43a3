// SPDX-License-Identifier: Apache-2.0
// The one cloud of the short tier: everything that a box can have, installed once, met by every part in order, destroyed last.
import { defaultServices } from '../../../workflows/contracts/box/box-spec.ts';
import { crashLab } from '../../proofs/crash/crash-run.ts';
import { type Lab, labSpec } from '../lab.ts';

/** Guests under emulation: the proof of KVM takes half a minute, and test/proofs/guests has it. */
export const spec = labSpec('one-cloud', 40, {
  services: [...defaultServices, 'volume', 'dashboard'],
  hypervisor: 'qemu',
  seeds: { projects: [{ name: 'demo' }] },
});

/** Since `begin`. */
export let lab: Lab;

/** Any exit code is a result. */
export const cli = (...args: string[]) => lab.run('cli.js', args, { reject: false });

export async function begin(): Promise<void> {
  lab = await crashLab();
}

/** After a failure the box still stands: it goes all the same. */
export async function end(): Promise<void> {
  await lab.dispose(spec.name);
}
