// SPDX-License-Identifier: Apache-2.0
// Builds a root file system by mmdebstrap, once per recipe. Packages are kept beside it for the next recipe.
import { access, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { BoxPort, ImageArgs, RootArgs } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { imagesFolder, recordedImage, suiteOf } from '../hosts/box-image.ts';
import { Failure } from '../clients/failure.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

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
      });
      return directory;
    }),
  };
}

/**
 * mmdebstrap in a mount namespace of its own: killed anywhere, its mounts end with its last process, and it leaves a
 * folder that the next build removes. What an earlier release mounted there is taken off first, never followed.
 * A lock in the cache keeps builds for different boxes apart. Packages of earlier builds are linked into the new root,
 * and those that came are linked out of it: both lie in the cache. dpkg need not wait for the disk after each file: all is
 * written out once, before the mark that says so. Nor does each Python package compile itself as it is configured: at
 * the end all are compiled at once, on every processor (both, on two: 126 s became 45 s). QEMU stays for this machine's
 * architecture alone, without 37 other programs of 433 MB: before a first guest libvirt starts those it knows and Nova asks each.
 */
const buildScript = String.raw`
set -eu
directory=$1 packages=$2 suite=$3 include=$4 disabled=$5 masked=$6 sources=$7; shift 7
mkdir -p "$directory" "$packages"
exec 8>"$directory.lock"; flock 8
[ ! -e "$directory/complete" ] || exit 0
while read -r _ mountpoint _; do
  case $mountpoint in "$directory/root/"*) umount --lazy "$mountpoint" || : ;; esac
done < /proc/self/mounts
rm -rf --one-file-system "$directory/root"
printf '%s' "$sources" > "$directory/sources"
mmdebstrap --mode=root --variant=minbase --format=directory --include="$include" "$@" \
  --aptopt='APT::Install-Recommends "false"' \
  --dpkgopt='path-exclude=/usr/share/doc/*' --dpkgopt='path-exclude=/usr/share/man/*' \
  --dpkgopt='path-exclude=/usr/share/locale/*' \
  --dpkgopt='path-exclude=/usr/bin/qemu-system-*' --dpkgopt='path-include=/usr/bin/qemu-system-x86_64' \
  --dpkgopt=force-unsafe-io \
  --skip=download/empty --skip=essential/unlink \
  --setup-hook='mkdir -p "$1/var/cache/apt/archives"' \
  --setup-hook="find $packages -name '*.deb' -exec cp -l -t \"\$1/var/cache/apt/archives\" {} +" \
  --essential-hook='mkdir -p "$1/etc/postgresql-common"; echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"' \
  --essential-hook='chroot "$1" dpkg-divert --quiet --local --rename --add /usr/bin/py3compile; ln -s /bin/true "$1/usr/bin/py3compile"' \
  --customize-hook='rm "$1/usr/bin/py3compile"; chroot "$1" dpkg-divert --quiet --local --rename --remove /usr/bin/py3compile' \
  --customize-hook='chroot "$1" python3 -m compileall -q -j 0 -x /tests/ /usr/lib/python3/dist-packages /usr/share/python3 > /dev/null || :' \
  --customize-hook="find \"\$1/var/cache/apt/archives\" -name '*.deb' -exec cp -l -n -t $packages {} +" \
  --customize-hook="for unit in $disabled; do systemctl --root=\"\$1\" disable \"\$unit\" || :; done" \
  --customize-hook="mkdir -p \"\$1/etc/systemd/system-generators\"; for generator in $masked; do ln -s /dev/null \"\$1/etc/systemd/system-generators/\$generator\"; done" \
  --customize-hook='rm -f "$1/etc/machine-id" "$1/etc/hostname"; : > "$1/etc/machine-id"' \
  --customize-hook='sed -i /^force-unsafe-io/d "$1/etc/dpkg/dpkg.cfg.d/99mmdebstrap"' \
  "$suite" "$directory/root" "$directory/sources"
sync --file-system "$directory"
: > "$directory/complete"
`;

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
    buildScript,
    'holdfast-image',
    ...positional,
    ...args.aptOptions.map((option) => `--aptopt=${option}`),
  ];
}
