// SPDX-License-Identifier: Apache-2.0
// Builds a root file system by mmdebstrap, once per recipe. Packages are kept beside it for the next recipe.
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { BoxPort, ImageArgs, RootArgs } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { imagesFolder, recordedImage, suiteOf } from '../hosts/box-image.ts';
import { Failure } from '../clients/failure.ts';
import { aptAccessOptions } from '../clients/machine/apt-access.ts';
import { readUpdate } from '../clients/state/box-updates.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';
import { isComplete, newestImage, nextImage } from '../hosts/image-generations.ts';
import { pendingUpdates, updateDifferences } from './pending-updates.ts';
import buildImage from './build-image.sh';

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

/**
 * On which image the box is to stand: that on which it stands, for as long as it is of the release and has every package.
 * A new box and one that is updated stand on the newest of the recipe.
 */
export async function wantedImage(args: RootArgs, cacheDirectory: string): Promise<string> {
  const { box, recipe, isUpdate, passesOverBad } = args;
  const recorded = await recordedImage(box);
  const next = await newestImage(cacheDirectory, recipe);
  if (recorded === null) return next;
  if (isUpdate === true) return passesOverBad === true && (await wasBad(box, next)) ? recorded : next;
  // One that is gone is built again in its place.
  if (!(await isComplete(recorded))) return recorded;
  return (await imageDifferences(recorded, args)).length === 0 ? recorded : next;
}

async function wasBad(box: string, image: string): Promise<boolean> {
  const update = await readUpdate(box);
  return update?.verdict === 'bad' && update.image === image;
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

export function imageActivities({
  cacheDirectory,
  machine,
  proxies,
}: Clients): Pick<BoxPort, 'observeImage' | 'buildImage' | 'observeUpdates'> {
  const from = { cacheDirectory, proxies };
  return {
    observeImage: observing(async (args, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(machine(args.box), scope, scope.key);
      const directory = await wantedImage(args, cacheDirectory);
      if (!(await isComplete(directory)))
        return [{ what: `root file system ${args.recipe}`, have: 'none', want: 'built' }];
      // A box that stands stays as it is until it is updated; no box is laid on what is behind its sources.
      if (directory === (await recordedImage(args.box)) && args.isUpdate !== true) return [];
      const { sources, aptOptions } = args;
      return updateDifferences(await pendingUpdates(directory, sources, { ...from, aptOptions }));
    }),
    buildImage: applying(async (args, scope) => {
      const wanted = await wantedImage(args, cacheDirectory);
      const directory = (await isComplete(wanted)) ? await nextImage(cacheDirectory, args.recipe) : wanted;
      requireBelow(cacheDirectory, directory, args.box);
      const command = {
        argv: imageBuildCommand(args, directory, cacheDirectory),
        secretEnvironment: proxies,
      };
      await runToSuccess(machine(args.box), scope, command).catch((error: unknown) => {
        throw unknownPackage(error) ?? error;
      });
      return directory;
    }),
    observeUpdates: observing(async ({ box, sources, aptOptions = [] }) => {
      const image = await recordedImage(box);
      return image === null
        ? []
        : updateDifferences(await pendingUpdates(image, sources, { ...from, aptOptions }));
    }),
  };
}

/** A name that no source has: another try finds it no more than the first. Null for any other failure. */
export function unknownPackage(error: unknown): Failure | null {
  if (!(error instanceof Failure)) return null;
  const [, name] = /E: Unable to locate package (\S+)/.exec(String(error.facts.cause)) ?? [];
  if (name === undefined) return null;
  return new Failure('InvalidInput', `No package source has the package ${name}`, {
    ...error.facts,
    hint: 'Correct packages in the spec, then install its file in place of this run',
  });
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
