// SPDX-License-Identifier: Apache-2.0
// Builds a root file system by mmdebstrap, once per recipe. Packages are kept beside it for the next recipe.
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { BoxPort, ImageArgs, RootArgs } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { imagesFolder, recordedImage, suiteOf } from '../hosts/box-image.ts';
import { Failure } from '../clients/failure.ts';
import { aptAccessOptions } from '../clients/machine/apt-access.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';
import buildImage from './build-image.sh';

export function imageDirectory(cacheDirectory: string, recipe: string): string {
  return join(cacheDirectory, imagesFolder, recipe);
}

type Wanted = Pick<RootArgs, 'suite' | 'packages'>;

/** What a whole image lacks: the release, or packages. @throws Error when it cannot be read */
export async function imageDifferences(image: string, { suite, packages }: Wanted): Promise<Difference[]> {
  const have = await suiteOf(image);
  if (have !== suite) return [{ what: 'release of the image', have, want: suite }];
  const status = await readFile(join(image, 'root', 'var/lib/dpkg/status'), 'utf8');
  const present = new Set([...status.matchAll(/^Package: (.+)$/gm)].map(([, name]) => name));
  const missing = packages.filter((name) => !present.has(name));
  return missing.map((name) => ({
    what: `package ${name} in the image`,
    have: 'absent',
    want: 'present',
  }));
}

/** Where the box will stand: on the image that it stands on, for as long as that is of the release and has every package. */
export async function wantedImage(args: RootArgs, cacheDirectory: string): Promise<string> {
  const { box, recipe } = args;
  const recorded = await recordedImage(box);
  const next = imageDirectory(cacheDirectory, recipe);
  if (recorded === null) return next;
  // One that is gone is built again in its place.
  if (!(await isComplete(recorded))) return recorded;
  return (await imageDifferences(recorded, args)).length === 0 ? recorded : next;
}

/** A box may lie on an image of another cache; nothing is built there. @throws Failure Rejected */
function requireBelow(cacheDirectory: string, directory: string, box: string): void {
  if (dirname(directory) === join(cacheDirectory, imagesFolder)) return;
  throw new Failure('Rejected', `The image of box ${box} is gone, and it was not in this cache`, {
    on: directory,
    cause: `this cache is ${cacheDirectory}`,
    hint: 'Name the cache that the box was built with in HOLDFAST_CACHE, or destroy the box and install it again',
  });
}

/** True once a build ended well: its last act makes this file. */
export function isComplete(directory: string): Promise<boolean> {
  return access(join(directory, 'complete')).then(
    () => true,
    () => false,
  );
}

export function imageActivities({
  cacheDirectory,
  machine,
  proxies,
}: Clients): Pick<BoxPort, 'observeImage' | 'buildImage'> {
  return {
    observeImage: observing(async (args, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(machine(args.box), scope, scope.key);
      const directory = await wantedImage(args, cacheDirectory);
      return (await isComplete(directory))
        ? []
        : [{ what: `root file system ${args.recipe}`, have: 'none', want: 'built' }];
    }),
    buildImage: applying(async (args, scope) => {
      const directory = await wantedImage(args, cacheDirectory);
      requireBelow(cacheDirectory, directory, args.box);
      await runToSuccess(machine(args.box), scope, {
        argv: imageBuildCommand(args, directory, cacheDirectory),
        secretEnvironment: proxies,
      });
      return directory;
    }),
  };
}

export function imageBuildCommand(args: ImageArgs, directory: string, cacheDirectory: string): string[] {
  const positional = [
    directory,
    join(cacheDirectory, 'debian-packages'),
    args.suite,
    args.packages.join(','),
    args.unitsShippedDisabled.join(' '),
    args.generatorsMasked.join(' '),
    args.sources,
  ];
  return [
    'sh',
    '-c',
    'exec unshare --mount sh -c "$@"',
    'holdfast-image',
    buildImage,
    'holdfast-image',
    ...positional,
    ...args.aptOptions.map((option) => `--aptopt=${option}`),
    ...aptAccessOptions(),
  ];
}
