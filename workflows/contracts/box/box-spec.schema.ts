// SPDX-License-Identifier: Apache-2.0
// The schema of a box's spec. Parsed at the edges, never inside a workflow.
// Each key of a spec says by `meta` what it does: `npm run docs` makes docs/spec.md and docs/box.schema.json of it.
import { z } from 'zod';
import { hypervisorNames, releaseNames, type BoxSpec } from './box-spec.ts';
import { tokenFormats } from '../keys/key-ring.ts';
import { credentialLifetime, scheduleDefaults } from './schedules.ts';
import { notifyWays } from '../run/notice.schema.ts';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import { boxName, code, every, lifetime } from './spec/values.schema.ts';
import { certificates } from './spec/certificates.schema.ts';
import { access, networks } from './spec/networks.schema.ts';
import { contradictionsOf } from './spec/contradictions.ts';
import { wireguardExample } from './spec/wireguard.schema.ts';
import { overrides, packages, services } from './spec/services.schema.ts';
import { images, projects, test } from './spec/seeds.schema.ts';
import { boxSources } from './spec/sources.schema.ts';

/** Of one kind of scheduled run. */
const schedule = (key: keyof typeof scheduleDefaults, description: string) =>
  every.optional().meta({ description, absent: code(scheduleDefaults[key]) });

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
    examples: [{ address: '192.168.1.20', name: 'cloud.example.org' }, { wireguard: wireguardExample }],
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
  certificates: certificates.meta({
    description: 'Certificates of the services.',
    examples: [{ lifetimeDays: 90 }],
  }),
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
        'How Keystone makes tokens. `fernet`: encrypted, checked by each service that has the key. `jws`: signed by ES256, checked by a public key. A later change ends every token that there is.',
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
      rotateKeysEvery: schedule(
        'rotateKeysEvery',
        'How often Keystone’s keys of tokens and of credentials are replaced; `3d` at least.',
      ),
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
  for (const { path, message } of contradictionsOf(spec as BoxSpec))
    context.addIssue({ code: 'custom', path, message });
});

export const parseBoxSpec = (raw: unknown): Parsed<BoxSpec> => parseWith<BoxSpec>(boxSpecSchema, raw);
