// SPDX-License-Identifier: Apache-2.0
// The schema of a box's spec. Parsed at the edges, never inside a workflow.
// Each key of a spec says by `meta` what it does: `npm run docs` makes docs/spec.md and docs/box.schema.json of it.
import { z } from 'zod';
import {
  defaultNameservers,
  defaultServices,
  defaultVolumeLimits,
  hasGuests,
  hypervisorNames,
  externalCidrOf,
  overridable,
  releaseNames,
  imageSlug,
  serviceNames,
  type BoxSpec,
  type ServiceName,
} from './box-spec.ts';
import { tokenFormats } from '../keys/key-ring.ts';
import { credentialLifetime, everySeconds, scheduleDefaults } from './schedules.ts';
import { isHostAddress, overlaps, parseAddress, parseCidr } from './cidr.ts';
import { notifyWays } from '../run/notice.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';

/** 48: the name is part of host names, link names and paths. */
export const boxName = z
  .string()
  .regex(
    /^[a-z][a-z0-9-]{0,46}[a-z0-9]$/,
    'A box name has 2 to 48 characters a-z, 0-9 and -, begins with a letter and is no path',
  );

/** A spec is recorded and travels: it holds no password. */
const urlWithoutLogin = (advice: string) =>
  z
    .url({ protocol: /^https?$/, error: 'Not an http or https URL' })
    .refine((text) => !/^\w+:\/\/[^/?#]*@/.test(text), `Holds a login: ${advice}`);
const mirrorUrl = urlWithoutLogin(
  'write it into a file of mode 0600 below /etc/apt/auth.conf.d of this machine, as apt reads it',
);

/** A value as the reference prints it. */
const code = (value: unknown): string => `\`${typeof value === 'string' ? value : JSON.stringify(value)}\``;

// What `refine` checks, a JSON schema cannot say: `bounds` says it to people, `pattern` as far as it goes to editors.
const [cidrBounds, addressBounds] = ['an IPv4 network such as `10.77.1.0/24`', 'an IPv4 address'];

const cidr = z
  .string()
  .refine(
    (text) => parseCidr(text) !== null,
    'Not an IPv4 network: write it as 10.77.1.0/24, with no bits behind the prefix',
  )
  .meta({ bounds: cidrBounds, pattern: String.raw`^\d+(\.\d+){3}/\d+$` });
const address = z
  .string()
  .refine((text) => parseAddress(text) !== null, 'Not an IPv4 address')
  .meta({ bounds: addressBounds, pattern: String.raw`^\d+(\.\d+){3}$` });

/** Between this machine and a box. */
export const managementNetwork = z
  .strictObject({
    cidr: cidr.meta({
      description: 'Network that the box shares with this machine and with nothing else.',
      bounds: `${cidrBounds}; no other link of this machine and no other box uses it`,
    }),
    address: address.meta({
      description: 'Address of the box. The APIs listen on it.',
      bounds: `${addressBounds} in \`networks.management.cidr\``,
    }),
    gateway: address.meta({
      description: 'Address of this machine on that network.',
      bounds: `another address in \`networks.management.cidr\``,
    }),
  })
  .superRefine((network, context) => {
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
const externalNetwork = z.strictObject({
  cidr: cidr
    .refine((text) => (parseCidr(text)?.prefix ?? 0) <= 29, 'Too small for floating IPs: 29 at the most')
    .optional()
    .meta({
      description:
        'Range of floating IPs. OpenStack calls the network `public`. This machine has its first address, routes it, and translates what leaves it to an address of this machine.',
      bounds: `${cidrBounds}, a /29 or larger, apart from \`networks.management.cidr\``,
      absent:
        'with guests: as large as the management network, 128 away in the third number (`10.77.129.0/24` for `10.77.1.0/24`); without guests: no external network',
    }),
  nameservers: z
    .array(address)
    .max(3)
    .optional()
    .meta({
      description: 'DNS servers that guests ask, where their subnet names no others.',
      absent: code(defaultNameservers),
    }),
});

const networks = z
  .strictObject({
    management: managementNetwork.meta({ description: 'The way from this machine to the box.' }),
    public: externalNetwork.optional().meta({
      description: 'External network of the cloud.',
      absent: 'the defaults of its keys, in a box with guests',
    }),
  })
  .superRefine((all, context) => {
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

const section = z.record(word, value.meta({ description: 'Value of the option.', bounds: 'one line' }));
const overrides = z.partialRecord(z.enum(overridable), z.record(word, section)).default({});

/** @source Debian's policy 5.6.1; what begins with - or has a comma would be another argument of the build */
export const debianPackage = z
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

const access = z
  .strictObject({
    name: hostName.optional().meta({
      description:
        'DNS name of the cloud. It has to lead to `access.address`, or to the address of the box. Catalog, certificate and access files use it.',
      bounds: 'a DNS name in lower case',
      absent: '`access.address`, else the address of the box',
    }),
    address: address.optional().meta({
      description:
        'Address of this machine under which other machines reach the APIs. A table of nftables forwards the ports of the APIs to the box.',
      bounds: `${addressBounds} of this machine, used by no other box`,
      absent: 'only this machine reaches the box',
    }),
  })
  .default({});

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

const test = z
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

const images = z.array(image).superRefine((list, context) => {
  const slugs = list.map(({ name }) => imageSlug(name));
  slugs.forEach((slug, index) => {
    if (slugs.indexOf(slug) === index) return;
    const message = `Too like ${JSON.stringify(list[slugs.indexOf(slug)]?.name)}: another letter or number tells them apart`;
    context.addIssue({ code: 'custom', path: [index, 'name'], message });
  });
});

/** A length from 5 minutes to 366 days, or `never`. */
export const every = z
  .string()
  .refine((text) => everySeconds(text) !== undefined, 'Not a length from 5m to 366d, such as 1h, nor never')
  .meta({
    bounds: 'a number and `m`, `h` or `d`, from `5m` to `366d`; or `never`',
    pattern: String.raw`^([1-9]\d*[mhd]|never)$`,
  });

export const lifetime = z
  .string()
  .refine(
    (text) => (everySeconds(text) ?? 0) >= credentialLifetime.secondsMin,
    'Not a length from 1d to 366d, such as 30d',
  )
  .meta({
    bounds: 'a number and `m`, `h` or `d`, from `1d` to `366d`',
    pattern: String.raw`^[1-9]\d*[mhd]$`,
  });

/** Of one kind of scheduled run. */
const schedule = (key: keyof typeof scheduleDefaults, description: string) =>
  every.optional().meta({ description, absent: code(scheduleDefaults[key]) });

/** Where the packages of a box come from. */
export const debianMirrors = z.strictObject({
  mirror: mirrorUrl.meta({
    description: 'Mirror of Debian. Packages of the box and of the guest image come from it.',
    bounds: 'a URL',
  }),
  securityMirror: mirrorUrl.optional().meta({
    description: 'Mirror of the security updates.',
    bounds: 'a URL',
    absent: 'no security updates',
  }),
});

/** As `debianMirrors`, or a site; never both. */
const boxSources = z
  .strictObject({
    mirror: debianMirrors.shape.mirror.optional().meta({
      description: 'Mirror of Debian. Packages of the box and of the guest image come from it.',
      bounds: 'a URL',
      absent: 'the packages come from `site`',
    }),
    securityMirror: debianMirrors.shape.securityMirror,
    site: boxName.optional().meta({
      description:
        'Mirror site of the same state directory (`holdfast mirrors`). Packages come from there alone; what it lacks is named before anything is changed.',
      bounds: 'the name of a mirror',
      absent: 'the packages come from `mirror`',
    }),
    revision: z
      .string()
      .regex(/^[0-9a-f]{8,64}$/, 'Not the first digits of a revision: 8 to 64 digits 0-9 and a-f')
      .optional()
      .meta({
        description: 'First digits of the revision that the site must publish when packages are fetched.',
        bounds: '8 to 64 digits',
        absent: 'whichever it publishes',
      }),
  })
  .refine(({ mirror, site }) => (mirror === undefined) !== (site === undefined), {
    message: 'Name mirror or site, and one of them only',
  })
  .refine(({ site, securityMirror }) => site === undefined || securityMirror === undefined, {
    path: ['securityMirror'],
    message: 'A site serves its security updates itself',
  })
  .refine(({ site, revision }) => site !== undefined || revision === undefined, {
    path: ['revision'],
    message: 'Only a site has revisions',
  });

const boxSpecShape = z.strictObject({
  apiVersion: z.literal('holdfast/v1').meta({ description: 'Version of this format.' }),
  kind: z.literal('Box').meta({ description: 'What the file describes.' }),
  name: boxName.meta({
    description:
      'Name of the box. Host names, the clouds `NAME-admin` and `NAME-test`, and the ids of runs contain it. A spec with another name describes another box.',
    bounds: '2 to 48 characters `a-z`, `0-9` and `-`, a letter first, no `-` last',
    examples: ['local-box'],
  }),
  provision: z
    .strictObject({
      kind: z.literal('local').meta({
        description: '`local`: a systemd-nspawn container on this machine. There is no other kind.',
      }),
    })
    .default({ kind: 'local' })
    .meta({ description: 'Where the box runs.', examples: [{ kind: 'local' }] }),
  release: z
    .enum(releaseNames)
    .default('debian-13')
    .meta({
      description:
        'Debian release of the box. `debian-13` has OpenStack 2025.1, `debian-12` has Zed. Only `holdfast box upgrade` changes the release of an installed box, and only to a later one.',
      examples: ['debian-13'],
    }),
  region: z
    .string()
    .regex(/^[A-Za-z0-9_-]{1,64}$/, 'A region has 1 to 64 characters a-z, 0-9, _ and -')
    .default('RegionOne')
    .meta({
      description:
        'Region in the catalog of Keystone. Choose it before the first install: a later change adds a region and leaves the old one.',
      bounds: '1 to 64 characters `A-Z a-z 0-9 _ -`',
      examples: ['RegionOne'],
    }),
  services: services.meta({
    description:
      'Services of the cloud. `volume` is Cinder; `dashboard` is Horizon, at port 443. A later spec may add services and may not remove one.',
    bounds:
      '`identity` always; `compute` needs `image`, `placement` and `network`; `dashboard` and `volume` need `compute`; `volume` needs `debian-13`',
    examples: [['identity', 'image', 'placement', 'network', 'compute', 'volume', 'dashboard']],
  }),
  // No defaults: a spec that names none stays as it was recorded.
  hypervisor: z
    .enum(hypervisorNames)
    .optional()
    .meta({
      description:
        'What runs servers. `auto`: KVM where a test guest runs on it, else emulation. `kvm`, `qemu`: that one alone. `fake`: servers become active and hold no guest.',
      absent: code('auto'),
      examples: ['qemu'],
    }),
  packages: packages.optional().meta({
    description:
      'Further Debian packages of the image. A box that gets more packages is switched off once and keeps what it holds.',
    bounds: 'names of Debian packages, each once',
    absent: 'none',
    examples: [['cinder-common', 'heat-common']],
  }),
  networks: networks.meta({
    description: 'Networks between this machine, the box and its guests.',
    examples: [
      {
        management: { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' },
        public: { cidr: '10.77.129.0/24', nameservers: ['9.9.9.9'] },
      },
    ],
  }),
  access: access.meta({
    description:
      'How other machines reach the cloud. Without it only this machine does, by `networks.management.address`.',
    examples: [{ address: '192.168.1.20', name: 'cloud.example.org' }],
  }),
  overrides: overrides.meta({
    description:
      'Options of configuration files: program, section, option. They win over the values of holdfast, and drift compares with them. `ml2` is `ml2_conf.ini` of Neutron, `nova-compute` a file that only nova-compute reads; the others are the main files of the programs.',
    bounds: 'a name of a section or option has no blanks or brackets',
    examples: [{ nova: { DEFAULT: { debug: true } }, keystone: { token: { expiration: 7200 } } }],
  }),
  debian: boxSources.optional().meta({
    description: 'Package sources: mirrors by their URLs, or a mirror site of holdfast.',
    absent: 'the apt sources of this machine',
    examples: [
      {
        mirror: 'https://deb.debian.org/debian',
        securityMirror: 'https://security.debian.org/debian-security',
      },
    ],
  }),
  // 397: 13 months, so that a yearly look at the calendar is enough.
  certificates: z
    .strictObject({
      lifetimeDays: z.int().min(2).max(3650).default(397).meta({
        description:
          'Days for which a certificate is valid. A scheduled run renews it after two thirds of that time.',
      }),
    })
    .default({ lifetimeDays: 397 })
    .meta({ description: 'Certificates of the services.', examples: [{ lifetimeDays: 90 }] }),
  credentials: z
    .strictObject({
      lifetime: lifetime.optional().meta({
        description:
          'For how long an application credential of a service is valid. A scheduled run replaces it after about two thirds of that time.',
        absent: code(credentialLifetime.default),
      }),
    })
    .optional()
    .meta({
      description: 'Application credentials by which services log in to Keystone.',
      absent: 'the defaults of its keys',
      examples: [{ lifetime: '7d' }],
    }),
  // No default: a spec that names none stays as it was recorded.
  tokens: z
    .enum(tokenFormats)
    .optional()
    .meta({
      description:
        'How Keystone makes tokens. `fernet`: encrypted, checked by whoever has the key. `jws`: signed by ES256, checked by a public key. A later change ends every token that there is.',
      absent: code('fernet'),
      examples: ['jws'],
    }),
  // No default of images: a spec that names none stays as it was recorded.
  seeds: z
    .strictObject({
      projects: projects
        .default([])
        .meta({ description: 'Projects in the domain `Default`. A project that a later spec omits stays.' }),
      test: test.meta({
        description:
          'Domain, project and user `test`, with a network and limits, for a plain user and for canaries. `null`: none of them.',
      }),
      images: images.optional().meta({
        description:
          'Public images beside `holdfast Linux`, of vendors. They need the service `image`. An image that a later spec omits stays.',
        absent: 'none',
      }),
    })
    .prefault({})
    .meta({
      description: 'What the cloud holds after the install.',
      examples: [
        {
          projects: [{ name: 'demo', description: 'A first project' }],
          test: { cidr: '10.20.0.0/24', quotas: { compute: { instances: 50, cores: -1 } } },
          images: [
            {
              name: 'Ubuntu 24.04',
              url: 'https://cloud-images.ubuntu.com/noble/current/noble-server-cloudimg-amd64.img',
              digest: `sha256:${'0123456789abcdef'.repeat(4)}`,
              minDiskGigabytes: 4,
              properties: { os_distro: 'ubuntu', os_version: '24.04' },
            },
          ],
        },
      ],
    }),
  // 7: a week of daily dumps.
  dumps: z
    .strictObject({
      keep: z
        .int()
        .min(1)
        .max(1000)
        .default(7)
        .meta({ description: 'How many dumps are kept. A new dump removes the oldest beyond that.' }),
    })
    .default({ keep: 7 })
    .meta({ description: 'Dumps of all databases, in the state directory.', examples: [{ keep: 14 }] }),
  notify: notifyWays.optional().meta({
    description:
      'Who is notified when a run waits for a person, and when a scheduled run finds something. Name a command, a webhook, or both.',
    absent: 'nobody',
    examples: [
      {
        command: ['/usr/local/bin/page-me', '--cloud', 'lab'],
        webhook: 'https://chat.example.org/hooks/ops',
      },
    ],
  }),
  // No default: a spec that names none stays as it was recorded.
  deletionLock: z
    .boolean()
    .optional()
    .meta({
      description:
        'Whether `holdfast box destroy` is refused. To lift the lock, set `false` and install the box again.',
      absent: code(false),
      examples: [true],
    }),
  updates: z
    .enum(['report', 'auto'])
    .optional()
    .meta({
      description:
        'What a scheduled look for newer packages does. `report`: it notifies. `auto`: it updates the box, and puts it back when the canary is bad; guests stop while the box is laid on its new image.',
      absent: code('report'),
      examples: ['auto'],
    }),
  // No defaults here: a spec that names none stays as it was recorded.
  schedules: z
    .strictObject({
      driftEvery: schedule('driftEvery', 'How often the box is compared with its spec.'),
      renewEvery: schedule('renewEvery', 'How often certificates that are due are renewed.'),
      dumpEvery: schedule('dumpEvery', 'How often the databases are dumped.'),
      canaryEvery: schedule(
        'canaryEvery',
        'How often a canary boots a guest, where the box has guests and the project `test`.',
      ),
      rotateEvery: schedule('rotateEvery', 'How often application credentials that are due are replaced.'),
      updateEvery: schedule('updateEvery', 'How often packages are compared with their sources.'),
    })
    .optional()
    .meta({
      description: 'Scheduled runs. `holdfast schedule apply` makes the schedules of all recorded boxes.',
      absent: 'the defaults of its keys',
      examples: [{ driftEvery: '30m', renewEvery: '7d', canaryEvery: 'never' }],
    }),
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
  if (!hasGuests(spec as BoxSpec) || externalCidrOf(spec as BoxSpec) !== null) return;
  context.addIssue({
    code: 'custom',
    path: ['networks', 'public', 'cidr'],
    message: `Name the range of floating IPs: ${spec.networks.management.cidr} is too large to choose one beside it`,
  });
});

export const parseBoxSpec = (raw: unknown): Parsed<BoxSpec> =>
  parseWith(boxSpecSchema, raw) as Parsed<BoxSpec>;
