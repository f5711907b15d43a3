// SPDX-License-Identifier: Apache-2.0
// What a cloud holds after the install: projects, images, and the project `test` with its limits.
import { z } from 'zod';
import { defaultVolumeLimits, imageSlug } from '../box-spec.ts';
import { cidr, code, line, urlWithoutLogin, word } from './values.schema.ts';

/** A limit of -1 means none. @source the services keep it as an integer of 32 bits, and Nova says so: MAX_INT of nova/db/constants.py */
const limit = z.int().min(-1).max(2_147_483_647);

const limitBounds = '-1 means no limit; 2147483647 at most';

const computeLimit = z.enum(['instances', 'cores', 'ram', 'keyPairs', 'serverGroups', 'serverGroupMembers']);

const networkLimit = z.enum([
  'network',
  'subnet',
  'router',
  'port',
  'floatingIp',
  'securityGroup',
  'securityGroupRule',
]);

const volumeLimit = z.enum(['volumes', 'snapshots', 'gigabytes', 'perVolumeGigabytes']);

export const test = z
  .strictObject({
    cidr: cidr.default('192.168.200.0/24').meta({
      description: 'Subnet of the network `test`, in which the guests of the project get their addresses.',
    }),
    quotas: z
      .strictObject({
        // Enough for a class of ten people, little enough not to fill a small machine by mistake.
        compute: z
          .partialRecord(computeLimit, limit)
          .default({ instances: 20, cores: 40, ram: 102_400 })
          .meta({
            description: 'Limits of Nova. `ram` is in MiB. A limit that is not named is left as Nova has it.',
            bounds: limitBounds,
          }),
        network: z
          .partialRecord(networkLimit, limit)
          .default({ network: 20, subnet: 40, router: 10, port: 200 })
          .meta({
            description: 'Limits of Neutron. A limit that is not named is left as Neutron has it.',
            bounds: limitBounds,
          }),
        // No default: a spec that names none stays as it was recorded.
        volume: z
          .partialRecord(volumeLimit, limit)
          .optional()
          .meta({
            description: 'Limits of Cinder, in a box with the service `volume`.',
            bounds: limitBounds,
            absent: code(defaultVolumeLimits),
          }),
      })
      .prefault({})
      .meta({ description: 'Limits of the project `test`.' }),
  })
  .nullable()
  .prefault({});

/** Projects that every Keystone has already. */
const reservedProjects = ['admin', 'service'];

const project = z.strictObject({
  name: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: 'Name of the project.', bounds: 'each name once; not `admin` or `service`' }),
  description: z.string().max(255).default('').meta({ description: 'Description of the project.' }),
});

export const projects = z.array(project).superRefine((list, context) => {
  list.forEach(({ name }, index) => {
    const clashes = reservedProjects.includes(name) || list.findIndex((other) => other.name === name) < index;
    if (clashes)
      context.addIssue({
        code: 'custom',
        path: [index, 'name'],
        message: `The project name ${name} is taken`,
      });
  });
});

/** @source Glance's own list, without those of other hypervisors */
const diskFormat = z.enum(['qcow2', 'raw', 'iso', 'vmdk', 'vdi', 'vhd', 'vhdx']);

const image = z.strictObject({
  // A letter or number first: steps are called after it.
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w .:()+-]{0,126}$/, 'A name has 1 to 127 characters A-Z, 0-9, blank and _.:()+-')
    .meta({
      description: 'Name of the image in Glance.',
      bounds:
        '1 to 127 characters `A-Z a-z 0-9`, blank and `_.:()+-`, a letter or digit first; two names differ in a letter or digit',
    }),
  url: urlWithoutLogin('nothing is fetched with one').meta({
    description: 'Where this machine fetches the file, once for all boxes.',
    bounds: 'an http or https URL',
  }),
  digest: z
    .string()
    .regex(
      /^(sha512:[0-9a-f]{128}|sha256:[0-9a-f]{64})$/,
      'Not sha512: or sha256: and its hexadecimal digits',
    )
    .meta({
      description: 'Digest of the file as the vendor publishes it. Another file is refused.',
      bounds: '`sha512:` and 128 hexadecimal digits, or `sha256:` and 64',
    }),
  diskFormat: diskFormat.default('qcow2').meta({ description: 'Format of the file.' }),
  minDiskGigabytes: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Smallest disk of a flavor that boots the image, GB.' }),
  minRamMebibytes: z
    .int()
    .min(0)
    .default(0)
    .meta({ description: 'Smallest memory of a flavor that boots the image, MiB.' }),
  properties: z
    .record(word, z.union([line, z.number(), z.boolean()]).transform(String))
    .default({})
    .meta({ description: 'Properties of the image in Glance.', bounds: 'a value is one line' }),
});

export const images = z.array(image).superRefine((list, context) => {
  const slugs = list.map(({ name }) => imageSlug(name));
  slugs.forEach((slug, index) => {
    if (slugs.indexOf(slug) === index) return;
    const message = `Too like ${JSON.stringify(list[slugs.indexOf(slug)]?.name)}: another letter or number tells them apart`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
});
