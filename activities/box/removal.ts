// SPDX-License-Identifier: Apache-2.0
// Removes what a box leaves once it is off: network, control group, files, secrets, record, claim. Powers nothing off.
import { lstat, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { BoxPort } from '../../workflows/ports/box.ts';
import { removeNetworkCommand } from '../hosts/box-commands.ts';
import { claimPath, giveClaimBack } from '../hosts/claims.ts';
import { externalTableOf, tableOf } from '../hosts/nftables.ts';
import { boxDirectory } from '../hosts/places.ts';
import { markGone } from '../hosts/lease.ts';
import { thisMachine } from '../hosts/transport.ts';
import type { Clients } from '../clients/index.ts';
import { Failure } from '../clients/failure.ts';
import { applying, observing } from '../step-scope.ts';
import { namespaceOf } from './power.ts';

type RemovalPort = Pick<BoxPort, 'observeNoNetwork' | 'removeNetwork' | 'observeNoFiles' | 'removeFiles'>;

export function removalActivities({ stateDirectory, secrets }: Clients): RemovalPort {
  const recordOf = (box: string): string => join(stateDirectory, 'boxes', box);
  return {
    observeNoNetwork: observing(async ({ box, link }) => {
      // By its file: the name of another box may begin alike. @source ip-netns(8)
      const isNamed = await isThere(join('/run/netns', namespaceOf(box)));
      const linked = (await thisMachine.run(['ip', 'link', 'show', 'dev', link])).exitCode === 0;
      return [
        ...(isNamed ? [{ what: `network namespace of ${box}`, have: 'present', want: 'gone' }] : []),
        ...(linked ? [{ what: `link ${link}`, have: 'present', want: 'gone' }] : []),
      ];
    }),
    removeNetwork: applying(async ({ box, link, outerLink }) => {
      const links = [link, ...(outerLink === undefined ? [] : [outerLink])];
      const tables = [tableOf(box), externalTableOf(box)];
      const outcome = await thisMachine.run(removeNetworkCommand(namespaceOf(box), ...links, ',', ...tables));
      if (outcome.exitCode !== 0) {
        throw new Failure('Rejected', `The network of box ${box} could not be removed`, {
          on: 'this machine',
          cause: outcome.stderr,
        });
      }
      return undefined;
    }),
    observeNoFiles: observing(async ({ box }) => {
      const paths = [boxDirectory(box), recordOf(box), claimPath(box)];
      const left: Difference[] = [];
      for (const path of paths)
        if (await isThere(path)) left.push({ what: path, have: 'present', want: 'gone' });
      return left;
    }),
    removeFiles: applying(async ({ box }, scope) => {
      await secrets.remove(`boxes/${box}`);
      await rm(recordOf(box), { recursive: true, force: true });
      await rm(boxDirectory(box), { recursive: true, force: true });
      await giveClaimBack(box);
      // Last: a run that parked before would else take the lease again, and build the box anew.
      await markGone(box, scope.context.epoch);
      return undefined;
    }),
  };
}

/** Only what is certainly absent is gone: a folder that cannot be looked into is not. */
async function isThere(path: string): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
    throw error;
  }
}
