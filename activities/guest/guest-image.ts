// SPDX-License-Identifier: Apache-2.0
// Builds the guest's disk on this machine, once per recipe. Uploads nothing.
import { basename, join } from 'node:path';
import type { GuestPort } from '../../workflows/ports/guest.ts';
import { guestBuildCommand } from '../clients/guest/build.ts';
import { builtGuestImage, guestImageDirectory } from '../clients/guest/guest-image.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';

export function guestImageActivities({
  cacheDirectory,
  machine,
  proxies,
}: Clients): Pick<GuestPort, 'observeGuestImage' | 'buildGuestImage'> {
  return {
    observeGuestImage: observing(async (args, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(machine(args.box), scope, scope.key);
      const directory = guestImageDirectory(cacheDirectory, args);
      const what = `guest image ${basename(directory)}`;
      return (await builtGuestImage(directory)) === null ? [{ what, have: 'none', want: 'built' }] : [];
    }),
    buildGuestImage: applying(async (args, scope) => {
      const directory = guestImageDirectory(cacheDirectory, args);
      const packages = join(cacheDirectory, 'debian-packages');
      const argv = guestBuildCommand(args, directory, packages);
      await runToSuccess(machine(args.box), scope, { argv, secretEnvironment: proxies });
      const built = await builtGuestImage(directory);
      return built === null ? undefined : `${Math.round(built.sizeBytes / 1_048_576)} MiB at ${built.path}`;
    }),
  };
}
