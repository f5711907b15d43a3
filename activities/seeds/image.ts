// SPDX-License-Identifier: Apache-2.0
// Makes an image exist with its properties and its very bytes. Touches no image of another name.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { ImageSeedArgs, SeedsPort } from '../../workflows/ports/cloud/seeds.ts';
import { withCloud, type OpenStackClient } from '../clients/openstack/cloud.ts';
import { builtGuestImage, guestImageDirectory, type GuestImage } from '../clients/guest/guest-image.ts';
import { fetchedImageFile, imageFileDirectory } from '../clients/guest/image-file.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { adminLogin, silentWithoutAdmin } from '../clients/openstack/admin-login.ts';
import { applying, observing } from '../step-scope.ts';
import { bootMessageBytes, bootMessageDisk } from './boot-message.ts';

type Image = Awaited<ReturnType<OpenStackClient['image']['images']['list']>>[number];

interface Bytes {
  /** SHA-512, Glance's own choice of digest. */
  readonly hash: string;
  readonly sizeBytes: number;
  open(): Readable;
}

async function wantedBytes({ guest, fileDigest }: ImageSeedArgs, cacheDirectory: string): Promise<Bytes> {
  if (fileDigest !== undefined) {
    const directory = imageFileDirectory(cacheDirectory, fileDigest);
    return bytesOf(await fetchedImageFile(directory), 'The image is not fetched yet', directory);
  }
  if (guest === undefined) {
    const hash = createHash('sha512').update(bootMessageDisk()).digest('hex');
    return { hash, sizeBytes: bootMessageBytes, open: () => Readable.from([bootMessageDisk()]) };
  }
  const directory = guestImageDirectory(cacheDirectory, guest);
  return bytesOf(await builtGuestImage(directory), 'The guest image is not built yet', directory);
}

function bytesOf(image: GuestImage | null, missing: string, on: string): Bytes {
  if (image === null) throw new Failure('Unreachable', missing, { on });
  const { sha512, sizeBytes, path } = image;
  return { hash: sha512, sizeBytes, open: () => createReadStream(path) };
}

export function imageSeedActivities(
  clients: Clients,
): Pick<SeedsPort, 'observeImageSeed' | 'ensureImageSeed'> {
  return {
    observeImageSeed: observing(async (args) => {
      const { hash } = await wantedBytes(args, clients.cacheDirectory);
      const login = await adminLogin(clients.secrets, args);
      const present = await withCloud(login, ({ image }) => image.images.list({ name: args.name })).catch(
        silentWithoutAdmin(args),
      );
      return imageDifferences(args, hash, present);
    }),
    ensureImageSeed: applying(async (args) => {
      const wanted = await wantedBytes(args, clients.cacheDirectory);
      const login = await adminLogin(clients.secrets, args);
      return withCloud(login, async ({ image: { images } }) => {
        const [kept, ...others] = (await images.list({ name: args.name })).filter(
          ({ hash }) => hash === wanted.hash,
        );
        const fields = fieldsOf(args);
        const { id } = kept ?? (await images.create(fields));
        if (kept === undefined) await images.upload(id, wanted.open(), { sizeBytes: wanted.sizeBytes });
        else await images.update(id, fields);
        // Left by a run that died between create and upload, or changed by hand.
        for (const other of await images.list({ name: args.name }))
          if (other.id !== id) await images.delete(other.id);
        return others.length > 0 ? `${others.length} of the same bytes removed` : undefined;
      });
    }),
  };
}

const fieldsOf = ({ name, diskFormat, minDiskGigabytes, minRamMebibytes, properties }: ImageSeedArgs) => ({
  name,
  diskFormat,
  containerFormat: 'bare' as const,
  visibility: 'public' as const,
  minDisk: minDiskGigabytes,
  minRam: minRamMebibytes,
  properties,
});

function imageDifferences(args: ImageSeedArgs, hash: string, present: readonly Image[]): Difference[] {
  const what = `image ${args.name}`;
  const [image, ...others] = present;
  if (image === undefined) return [{ what, have: 'absent', want: 'present' }];
  if (others.length > 0) return [{ what, have: `${present.length} of that name`, want: 'one' }];
  const wanted = fieldsOf(args);
  const fields: [string, unknown, unknown][] = [
    ['status', image.status, 'active'],
    ['content', image.hash?.slice(0, 16), hash.slice(0, 16)],
    ['disk format', image.diskFormat, wanted.diskFormat],
    ['visibility', image.visibility, wanted.visibility],
    ['minimal disk GB', image.minDisk, wanted.minDisk],
    ['minimal RAM MiB', image.minRam, wanted.minRam],
    ...Object.entries(wanted.properties).map(([key, value]): [string, unknown, unknown] => [
      key,
      image.properties[key],
      value,
    ]),
  ];
  return fields
    .filter(([, have, want]) => have !== want)
    .map(([field, have, want]) => ({
      what: `${what} ${field}`,
      have: String(have ?? 'absent'),
      want: String(want),
    }));
}
