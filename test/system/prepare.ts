// SPDX-License-Identifier: Apache-2.0
// Runs once before the system tests: builds the images and the openstack client beside Temporal, which the first test builds.
import { join } from 'node:path';
import { execa } from 'execa';
import { guestBuildCommand } from '../../activities/clients/guest/build.ts';
import { guestImageDirectory } from '../../activities/clients/guest/guest-image.ts';
import { imageBuildCommand } from '../../activities/box/image.ts';
import { imageDirectory } from '../../activities/hosts/image-generations.ts';
import { installSteps } from '../../activities/operation/builds/box.ts';
import type { GuestImageArgs } from '../../workflows/ports/guest.ts';
import type { ImageArgs } from '../../workflows/ports/box.ts';
import { cacheDirectory } from './cache-directory.ts';
import { spec } from './cloud/stand.ts';
import { root } from './lab.ts';
import { openstackProgram } from './openstack-command.ts';

export async function setup(): Promise<() => Promise<void>> {
  await execa('node', ['workers/build.mjs', '--if-stale'], { cwd: root });
  // A failure is shown by the step of the install that needs the image, with the build's own words.
  const prepared = Promise.allSettled([buildImages(), openstackProgram()]);
  return async () => {
    await prepared;
  };
}

/** Runs the commands of the steps `image` and `guest-image`; the install waits for their lock, or finds them done. */
async function buildImages(): Promise<void> {
  const cache = cacheDirectory();
  const steps = await installSteps(spec, cache);
  const argsOf = (id: string): unknown => steps.find((step) => step.id === id)?.apply?.args;
  const image = argsOf('image') as ImageArgs;
  await run(imageBuildCommand(image, imageDirectory(cache, image.recipe), cache));
  const guest = argsOf('guest-image') as GuestImageArgs;
  await run(guestBuildCommand(guest, guestImageDirectory(cache, guest), join(cache, 'debian-packages')));
}

async function run([program = '', ...args]: readonly string[]): Promise<void> {
  await execa(program, args);
}
