// SPDX-License-Identifier: Apache-2.0
// Fetches a vendor's image to this machine, once for all boxes. Uploads nothing.
import type { GuestPort } from '../../workflows/ports/guest.ts';
import { fetchedImageFile, imageFileDirectory } from '../clients/guest/image-file.ts';
import type { Clients } from '../clients/index.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';
import fetchImage from './fetch-image.sh';

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
      const argv = ['sh', '-c', fetchImage, 'holdfast-image-file', directory, url, expected];
      await runToSuccess(machine(box), scope, { argv });
      const file = await fetchedImageFile(directory);
      return file === null ? undefined : `${Math.round(file.sizeBytes / 1_048_576)} MiB at ${file.path}`;
    }),
  };
}
