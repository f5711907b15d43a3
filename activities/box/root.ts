// SPDX-License-Identifier: Apache-2.0
// Prepares the folders of a box's overlay and records the image they lie on. Mounts nothing.
// Touches: machine directory
import { mkdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxPort } from '../../workflows/ports/box.ts';
import type { Difference } from '../../workflows/contracts/observation.ts';
import { boxDirectory, leaseDirectory } from '../clients/host/places.ts';
import type { Clients } from '../clients/index.ts';
import { writeFileAtomically } from '../clients/local-files.ts';
import { applying, observing } from '../row-scope.ts';
import { imageDirectory, recordedImage } from './image.ts';

const folders = ['root', 'upper', 'work'] as const;

export function rootActivities({ cacheDirectory }: Clients): Pick<BoxPort, 'observeRoot' | 'prepareRoot'> {
  return {
    observeRoot: observing(async ({ box }) => {
      const differences: Difference[] = [];
      for (const folder of folders) {
        if (!(await isFolder(join(boxDirectory(box), folder)))) {
          differences.push({ what: `folder ${folder} of box ${box}`, have: 'absent', want: 'present' });
        }
      }
      if ((await recordedImage(box)) === null)
        differences.push({ what: `image of box ${box}`, have: 'none', want: 'recorded' });
      return differences;
    }),
    prepareRoot: applying(async ({ box, recipe }) => {
      for (const folder of folders)
        await mkdir(join(boxDirectory(box), folder), { recursive: true, mode: 0o755 });
      await mkdir(leaseDirectory(box), { recursive: true, mode: 0o700 });
      if ((await recordedImage(box)) === null) {
        await writeFileAtomically(
          join(boxDirectory(box), 'image'),
          `${imageDirectory(cacheDirectory, recipe)}\n`,
          0o600,
        );
      }
      return undefined;
    }),
  };
}

function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
