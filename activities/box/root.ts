// SPDX-License-Identifier: Apache-2.0
// Prepares the folders of a box's overlay and records the image they lie on; lays them on another one when the box grows.
// Mounts nothing.
import { chmod, mkdir, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import type { BoxPort, RootArgs } from '../../workflows/ports/box.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { rebaseCommand } from '../hosts/box-commands.ts';
import { boxDirectory, leaseDirectory } from '../hosts/places.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { writeUpdate } from '../clients/state/box-updates.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../step-scope.ts';
import { imageDifferences, wantedImage } from './image.ts';
import { firstProcesses, namespaceOf } from './power.ts';

const folders = ['root', 'upper', 'work'] as const;

const foldersOf = ({ hasData }: { readonly hasData?: true }): readonly string[] =>
  hasData === true ? [...folders, 'data'] : folders;

export function rootActivities({
  cacheDirectory,
  machine,
}: Clients): Pick<BoxPort, 'observeRoot' | 'prepareRoot'> {
  return {
    observeRoot: observing(async (args, scope) => {
      const { box } = args;
      if (scope.context.epoch > 0) await settleLiveJobs(machine(box), scope, scope.key);
      const differences: Difference[] = [];
      for (const folder of foldersOf(args)) {
        const have = await folderMode(join(boxDirectory(box), folder));
        const what = `folder ${folder} of box ${box}`;
        if (have !== '755') differences.push({ what, have: have ?? 'absent', want: '755' });
      }
      const recorded = await recordedImage(box);
      if (recorded === null)
        differences.push({ what: `image of box ${box}`, have: 'none', want: 'recorded' });
      else if (recorded !== (await wantedImage(args, cacheDirectory)))
        differences.push(...(await nextImageDifferences(recorded, args, cacheDirectory)));
      return differences;
    }),
    prepareRoot: applying(async (args, scope) => {
      const { box } = args;
      for (const folder of foldersOf(args)) {
        const path = join(boxDirectory(box), folder);
        await mkdir(path, { recursive: true });
        // The upper folder is the root of the box: a user who may not enter it can do nothing there.
        await chmod(path, 0o755);
      }
      await mkdir(leaseDirectory(box), { recursive: true, mode: 0o700 });
      const recorded = await recordedImage(box);
      const wanted = await wantedImage(args, cacheDirectory);
      if (recorded === null)
        await writeFileAtomically(join(boxDirectory(box), 'image'), `${wanted}\n`, 0o600);
      else if (recorded !== wanted) {
        if (args.isUpdate === true) await writeUpdate(box, { former: recorded, image: wanted });
        await rebase(machine(box), scope, [box, recorded, wanted]);
      }
      return undefined;
    }),
  };
}

/** What makes the box leave its image: what that lacks, or that a newer one is there. */
async function nextImageDifferences(
  recorded: string,
  args: RootArgs,
  cacheDirectory: string,
): Promise<readonly Difference[]> {
  if (args.isUpdate !== true) return imageDifferences(recorded, args);
  const want = basename(await wantedImage(args, cacheDirectory));
  return [{ what: `image of box ${args.box}`, have: basename(recorded), want }];
}

/** Switches the box off and lays its files on another image. */
export async function rebase(
  machine: Host,
  scope: StepScope,
  [box, recorded, wanted]: readonly [string, string, string],
): Promise<void> {
  const pids = await firstProcesses(box);
  const places = [namespaceOf(box), boxDirectory(box), recorded, wanted];
  await runToSuccess(machine, scope, { argv: rebaseCommand(...pids, ...places) });
}

/** As `chmod` takes it; null for what is no folder. */
function folderMode(path: string): Promise<string | null> {
  return stat(path).then(
    (found) => (found.isDirectory() ? (found.mode & 0o7777).toString(8) : null),
    () => null,
  );
}
