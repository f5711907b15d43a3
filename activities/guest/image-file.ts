// SPDX-License-Identifier: Apache-2.0
// Fetches a vendor's image to this machine, once for all boxes. Uploads nothing.
import type { GuestPort } from '../../workflows/ports/guest.ts';
import { fetchedImageFile, imageFileDirectory } from '../clients/guest/image-file.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../row-scope.ts';

/**
 * By apt's own program for such: it goes on with what a killed one left, takes this machine's proxies, and compares the
 * digest before it ends well. Glance's digest is another than most vendors'.
 */
const fetchScript = String.raw`
set -eu
directory=$1 url=$2 digest=$3
mkdir -p "$directory"
exec 8>"$directory.lock"; flock 8
[ ! -e "$directory/complete" ] || exit 0
/usr/lib/apt/apt-helper -o APT::Sandbox::User=root download-file "$url" "$directory/file" "$digest"
sha512sum < "$directory/file" | cut -d ' ' -f 1 > "$directory/sha512"
sync --file-system "$directory"
: > "$directory/complete"
`;

export function imageFileActivities({
  cacheDirectory,
  machine,
}: Clients): Pick<GuestPort, 'observeImageFile' | 'fetchImageFile'> {
  return {
    observeImageFile: observing(async ({ box, url, digest }, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(machine(box), scope, scope.key);
      const file = await fetchedImageFile(imageFileDirectory(cacheDirectory, digest));
      return file === null ? [{ what: url, have: 'not fetched', want: digest.slice(0, 23) }] : [];
    }),
    fetchImageFile: applying(async ({ box, url, digest }, scope) => {
      const directory = imageFileDirectory(cacheDirectory, digest);
      const expected = digest.replace(/^sha/, 'SHA');
      const argv = ['sh', '-c', fetchScript, 'holdfast-image-file', directory, url, expected];
      await runToSuccess(machine(box), scope, { argv });
      const file = await fetchedImageFile(directory);
      return file === null ? undefined : `${Math.round(file.sizeBytes / 1_048_576)} MiB at ${file.path}`;
    }),
  };
}
