// SPDX-License-Identifier: Apache-2.0
// The schema of a box's spec and of the inputs that name a box. Parsed at the edges, never inside a workflow.
import { z } from 'zod';
import {
  defaultServices,
  hasGuests,
  hypervisorNames,
  outerCidrOf,
  overridable,
  releaseNames,
  imageSlug,
  serviceNames,
  type BoxSpec,
  type InstallBoxInput,
  type NamedBoxInput,
  type RestoreBoxInput,
  type ServiceName,
} from './box-spec.ts';
import { databaseServices, type MigrateDatabaseInput } from '../database/database-driver.ts';
import { credentialLifetime, everySeconds } from './schedules.ts';
import { isHostAddress, overlaps, parseAddress, parseCidr } from './cidr.ts';

/** 48: the name is part of host names, link names and paths. */
export const boxName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/,
    'A box name has 2 to 48 characters a-z, 0-9 and -, begins with a letter and is no path',
  );

const cidr = z
  .string()
  .refine(
    (text) => parseCidr(text) !== null,
    'Not an IPv4 network: write it as 10.77.1.0/24, with no bits behind the prefix',
  );
const address = z.string().refine((text) => parseAddress(text) !== null, 'Not an IPv4 address');

const management = z.strictObject({ cidr, address, gateway: address }).superRefine((network, context) => {
  const range = parseCidr(network.cidr);
  if (range === null) return;
  for (const key of ['address', 'gateway'] as const) {
    const value = parseAddress(network[key]);
    if (value !== null && !isHostAddress(range, value)) {
      context.addIssue({
        code: 'custom',
        path: [key],
        message: `${network[key]} is no host address of ${network.cidr}`,
      });
    }
  }
  if (network.address === network.gateway) {
    context.addIssue({
      code: 'custom',
      path: ['gateway'],
      message: 'The box and this machine need different addresses',
    });
  }
});

/** /29: the machine's address, a router's and some floating IPs. */
const outer = z.strictObject({
  cidr: cidr
    .refine((text) => (parseCidr(text)?.prefix ?? 0) <= 29, 'Too small for floating IPs: 29 at the most')
    .optional(),
  nameservers: z.array(address).max(3).optional(),
});

const networks = z.strictObject({ management, public: outer.optional() }).superRefine((all, context) => {
  const one = parseCidr(all.management.cidr);
  const other = all.public?.cidr === undefined ? null : parseCidr(all.public.cidr);
  if (one !== null && other !== null && overlaps(one, other)) {
    context.addIssue({
      code: 'custom',
      path: ['public', 'cidr'],
      message: `Overlaps networks.management.cidr ${all.management.cidr}`,
    });
  }
});

/** What a service cannot be without. @source nova boots from Glance, places by Placement, binds ports by Neutron */
const needs: Readonly<Record<ServiceName, readonly ServiceName[]>> = {
  identity: [],
  image: ['identity'],
  placement: ['identity'],
  network: ['identity'],
  compute: ['identity', 'image', 'placement', 'network'],
  // Its first page after the login asks them all.
  dashboard: ['identity', 'image', 'network', 'compute'],
  volume: ['identity', 'image', 'placement', 'network', 'compute'],
};

const services = z
  .array(z.enum(serviceNames))
  .superRefine((list, context) => {
    list.forEach((name, index) => {
      const missing = needs[name].filter((other) => !list.includes(other));
      if (missing.length > 0) {
        const message = `${name} needs ${missing.join(', ')} beside it`;
        context.addIssue({ code: 'custom', path: [index], message });
      }
    });
    if (!list.includes('identity'))
      context.addIssue({ code: 'custom', message: 'Every box has the service identity' });
  })
  .transform((list) => serviceNames.filter((name) => list.includes(name)))
  .default([...defaultServices]);

const line = z.string().regex(/^[^\r\n]*$/, 'A value is one line');
const word = z.string().regex(/^[A-Za-z0-9_.:-]{1,128}$/, 'A name has no blanks, brackets or line ends');
const value = z.union([line, z.number(), z.boolean()]).transform(String);

const overrides = z.partialRecord(z.enum(overridable), z.record(word, z.record(word, value))).default({});

/** @source Debian's policy 5.6.1; what begins with - or has a comma would be another argument of the build */
const debianPackage = z
  .string()
  .regex(/^[a-z0-9][a-z0-9+.-]{1,127}$/, 'Not the name of a Debian package: a-z, 0-9, +, - and . alone');

const packages = z
  .array(debianPackage)
  .max(200)
  .refine((list) => new Set(list).size === list.length, 'A package stands here twice');

/** A DNS name of two characters or more, in small letters. */
const hostName = z
  .string()
  .regex(/^(?=.{2,253}$)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*$/, 'Not a host name');

const access = z.strictObject({ name: hostName.optional(), address: address.optional() }).default({});

/** A limit of -1 means none. */
const limit = z.int().min(-1);
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

const test = z
  .strictObject({
    cidr: cidr.default('192.168.200.0/24'),
    quotas: z
      .strictObject({
        // Enough for a class of ten people, little enough not to fill a small machine by mistake.
        compute: z.partialRecord(computeLimit, limit).default({ instances: 20, cores: 40, ram: 102_400 }),
        network: z
          .partialRecord(networkLimit, limit)
          .default({ network: 20, subnet: 40, router: 10, port: 200 }),
        // No default: a spec that names none stays as it was recorded.
        volume: z.partialRecord(volumeLimit, limit).optional(),
      })
      .prefault({}),
  })
  .nullable()
  .prefault({});

/** Projects that every Keystone has already. */
const reservedProjects = ['admin', 'service'];

const project = z.strictObject({
  name: z.string().min(1).max(64),
  description: z.string().max(255).default(''),
});

const projects = z.array(project).superRefine((list, context) => {
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
  // A letter or number first: rows are called after it.
  name: z
    .string()
    .regex(/^[A-Za-z0-9][\w .:()+-]{0,126}$/, 'A name has 1 to 127 characters A-Z, 0-9, blank and _.:()+-'),
  url: z.url({ protocol: /^https?$/, error: 'Not an http or https URL' }),
  digest: z
    .string()
    .regex(
      /^(sha512:[0-9a-f]{128}|sha256:[0-9a-f]{64})$/,
      'Not sha512: or sha256: and its hexadecimal digits',
    ),
  diskFormat: diskFormat.default('qcow2'),
  minDiskGigabytes: z.int().min(0).default(0),
  minRamMebibytes: z.int().min(0).default(0),
  properties: z.record(word, z.union([line, z.number(), z.boolean()]).transform(String)).default({}),
});

const images = z.array(image).superRefine((list, context) => {
  const slugs = list.map(({ name }) => imageSlug(name));
  slugs.forEach((slug, index) => {
    if (slugs.indexOf(slug) === index) return;
    const message = `Too like ${JSON.stringify(list[slugs.indexOf(slug)]?.name)}: another letter or number tells them apart`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
});

/** Who is told, and how. */
const notify = z
  .strictObject({
    command: z.array(z.string().min(1)).min(1).optional(),
    webhook: z.url({ protocol: /^https?$/, error: 'Not an http or https URL' }).optional(),
  })
  .refine(
    ({ command, webhook }) => command !== undefined || webhook !== undefined,
    'Name a command, a webhook, or both',
  );

const every = z
  .string()
  .refine((text) => everySeconds(text) !== undefined, 'Not a length from 5m to 366d, such as 1h, nor never');

const lifetime = z
  .string()
  .refine(
    (text) => (everySeconds(text) ?? 0) >= credentialLifetime.secondsMin,
    'Not a length from 1d to 366d, such as 30d',
  );

const boxSpecShape = z.strictObject({
  apiVersion: z.literal('holdfast/v1'),
  kind: z.literal('Box'),
  name: boxName,
  provision: z.strictObject({ kind: z.literal('local') }).default({ kind: 'local' }),
  release: z.enum(releaseNames).default('debian-13'),
  region: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'A region has 1 to 64 characters a-z, 0-9, _ and -')
    .default('RegionOne'),
  services,
  // No defaults: a spec that names none stays as it was recorded.
  hypervisor: z.enum(hypervisorNames).optional(),
  packages: packages.optional(),
  networks,
  access,
  overrides,
  debian: z.strictObject({ mirror: z.url(), securityMirror: z.url().optional() }).optional(),
  // 397: 13 months, so that a yearly look at the calendar is enough.
  certificates: z
    .strictObject({ lifetimeDays: z.int().min(2).max(3650).default(397) })
    .default({ lifetimeDays: 397 }),
  credentials: z.strictObject({ lifetime: lifetime.optional() }).optional(),
  // No default of images: a spec that names none stays as it was recorded.
  seeds: z.strictObject({ projects: projects.default([]), test, images: images.optional() }).prefault({}),
  // 7: a week of daily dumps.
  dumps: z.strictObject({ keep: z.int().min(1).max(1000).default(7) }).default({ keep: 7 }),
  notify: notify.optional(),
  // No defaults here: a spec that names none stays as it was recorded.
  schedules: z
    .strictObject({
      driftEvery: every.optional(),
      renewEvery: every.optional(),
      dumpEvery: every.optional(),
      canaryEvery: every.optional(),
      rotateEvery: every.optional(),
    })
    .optional(),
});

export const boxSpecSchema = boxSpecShape.superRefine((spec, context) => {
  if (spec.release !== 'debian-13' && spec.services.includes('volume')) {
    const message = `Volumes are for debian-13: no migration of Cinder's databases was seen on ${spec.release}`;
    context.addIssue({ code: 'custom', path: ['services', spec.services.indexOf('volume')], message });
  }
  if ((spec.seeds.images ?? []).length > 0 && !spec.services.includes('image'))
    context.addIssue({ code: 'custom', path: ['seeds', 'images'], message: 'Images need the service image' });
  // What is no network at all is refused where it stands.
  if (parseCidr(spec.networks.management.cidr) === null) return;
  if (!hasGuests(spec as BoxSpec) || outerCidrOf(spec as BoxSpec) !== null) return;
  context.addIssue({
    code: 'custom',
    path: ['networks', 'public', 'cidr'],
    message: `Name the range of floating IPs: ${spec.networks.management.cidr} is too large to choose one beside it`,
  });
});

const installBoxSchema = z.strictObject({
  name: boxName,
  specDigest: z.string().regex(/^[0-9a-f]{64}$/, 'Not a digest: 64 digits 0-9 and a-f'),
  takeOver: z.boolean().default(false),
});
const namedBoxSchema = z.strictObject({
  name: boxName,
  takeOver: z.boolean().default(false),
  scheduled: z.boolean().default(false),
});

/** A dump's id becomes a path: nothing but the digits of a nonce. */
const restoreBoxSchema = namedBoxSchema.extend({
  dump: z.string().regex(/^[0-9a-f]{16}$/, 'Not the id of a dump: 16 digits 0-9 and a-f'),
});

const migrateDatabaseSchema = namedBoxSchema
  .omit({ scheduled: true })
  .extend({ service: z.enum(databaseServices) });

export interface Issue {
  /** Dotted path of the key, `(whole input)` for the top. */
  readonly path: string;
  readonly message: string;
}

export type Parsed<T> =
  { readonly ok: true; readonly value: T } | { readonly ok: false; readonly issues: readonly Issue[] };

export const parseBoxSpec = (raw: unknown): Parsed<BoxSpec> =>
  parseWith(boxSpecSchema, raw) as Parsed<BoxSpec>;
export const parseInstallBox = (raw: unknown): Parsed<InstallBoxInput> =>
  parseWith(installBoxSchema, raw) as Parsed<InstallBoxInput>;
export const parseRestoreBox = (raw: unknown): Parsed<RestoreBoxInput> =>
  parseWith(restoreBoxSchema, raw) as Parsed<RestoreBoxInput>;
export const parseNamedBox = (raw: unknown): Parsed<NamedBoxInput> =>
  parseWith(namedBoxSchema, raw) as Parsed<NamedBoxInput>;

export const parseMigrateDatabase = (raw: unknown): Parsed<MigrateDatabaseInput> =>
  parseWith(migrateDatabaseSchema, raw) as Parsed<MigrateDatabaseInput>;

export function parseWith(schema: z.ZodType, raw: unknown): Parsed<unknown> {
  const result = schema.safeParse(raw);
  if (result.success) return { ok: true, value: result.data };
  return { ok: false, issues: result.error.issues.flatMap(issuesOf) };
}

function issuesOf(issue: z.core.$ZodIssue): Issue[] {
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({
      path: [...issue.path, key].join('.'),
      message: 'There is no such key',
    }));
  }
  return [{ path: issue.path.length === 0 ? '(whole input)' : issue.path.join('.'), message: issue.message }];
}
