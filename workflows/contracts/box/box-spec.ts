// SPDX-License-Identifier: Apache-2.0
// A box as its owner describes it, parsed and complete. The schema stands beside it.

import type { WireguardSpec } from './wireguard.ts';
import { distantCidr, parseCidr } from './cidr.ts';
import type { TokenFormat } from '../keys/key-ring.ts';
import type { NotifyWays } from '../run/notice.ts';
import type { SchedulesSpec } from './schedules.ts';
import type { WantedSpec } from './wanted-spec.ts';

export interface BoxNetwork {
  /** The box's own network, in CIDR notation. */
  readonly cidr: string;
  /** The box's address, within the network. */
  readonly address: string;
  /** This machine's address on that network. */
  readonly gateway: string;
}

/** What a box offers, by the types of OpenStack's catalog, and the dashboard, which is none; `identity` is in every box. */
export const serviceNames = [
  'identity',
  'image',
  'placement',
  'network',
  'compute',
  'volume',
  'dashboard',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/** Of a box whose spec names none; the others are there for who asks for them. */
export const defaultServices: readonly ServiceName[] = [
  'identity',
  'image',
  'placement',
  'network',
  'compute',
];

/** What runs servers. `auto`: KVM where a guest was seen to run on it, else emulation; `fake`: nothing runs. */
export const hypervisorNames = ['auto', 'kvm', 'qemu', 'fake'] as const;
export type HypervisorName = (typeof hypervisorNames)[number];

/** Debian releases that a box can be made of; each has a profile. */
export const releaseNames = ['debian-13', 'debian-12'] as const;
export type ReleaseName = (typeof releaseNames)[number];

/** Debian's name of the suite that a box of a release is made of. */
export const suiteOfRelease = {
  'debian-12': 'bookworm',
  'debian-13': 'trixie',
} as const satisfies Record<ReleaseName, string>;

/** Programs whose configuration an owner may change, by the file that is theirs. */
export const overridable = [
  'keystone',
  'glance',
  'placement',
  'neutron',
  'ml2',
  'nova',
  'nova-compute',
  'cinder',
] as const;

/** Configuration that the owner sets over ours: program, section, key, value. */
type Overrides = Readonly<
  Partial<Record<(typeof overridable)[number], Readonly<Record<string, Readonly<Record<string, string>>>>>>
>;

/** The project that a person can use at once, with its users, network and limits. */
export interface TestSeed {
  readonly cidr: string;
  /** Of Nova, Neutron and Cinder together: name of the limit → number, -1 without limit. */
  readonly quotas: {
    readonly compute: Readonly<Record<string, number>>;
    readonly network: Readonly<Record<string, number>>;
    /** Default: see `defaultVolumeLimits`. */
    readonly volume?: Readonly<Record<string, number>>;
  };
}

/** An image of a vendor, fetched once by this machine and offered to everybody in the cloud. */
interface SeedImage {
  /** Its name in Glance. */
  readonly name: string;
  readonly url: string;
  /** As its vendor publishes it: `sha512:` or `sha256:`, and hexadecimal digits. */
  readonly digest: string;
  readonly diskFormat: string;
  readonly minDiskGigabytes: number;
  readonly minRamMebibytes: number;
  readonly properties: Readonly<Record<string, string>>;
}

/** What its steps are called after; two images of a spec never share it. */
export const imageSlug = (name: string): string =>
  name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '');

interface DebianMirrors {
  readonly mirror: string;
  readonly securityMirror?: string;
}

/** A mirror site of the same state directory: packages come from there alone. */
export interface SiteSource {
  readonly site: string;
  /** First digits of the revision that it must publish when packages are fetched. Default: whichever it publishes. */
  readonly revision?: string;
}

export type BoxSources = DebianMirrors | SiteSource;

export interface BoxSpec {
  readonly apiVersion: 'holdfast/v1';
  readonly kind: 'Box';
  readonly name: string;
  readonly provision: { readonly kind: 'local' };
  readonly release: ReleaseName;
  readonly region: string;
  /** In catalog order; every service stands with those it needs. */
  readonly services: readonly ServiceName[];
  /** Default: `auto`. */
  readonly hypervisor?: HypervisorName;
  /** Further Debian packages of its image. */
  readonly packages?: readonly string[];
  /** How others reach the box; default: by its management address alone. */
  readonly access: {
    readonly name?: string;
    readonly address?: string;
    /** Default: no tunnel. */
    readonly wireguard?: WireguardSpec;
  };
  readonly overrides: Overrides;
  readonly networks: {
    readonly management: BoxNetwork;
    /**
     * Floating IPs, routed by this machine, which has the first address. Default for a box with guests: as large as the
     * management network, 128 away in the third number.
     */
    readonly public?: {
      readonly cidr?: string;
      /** Asked by guests for names of the world. Default: see `defaultNameservers`. */
      readonly nameservers?: readonly string[];
    };
  };
  /** Where packages come from; default: this machine's own Debian sources. */
  readonly debian?: BoxSources;
  readonly certificates: {
    readonly lifetimeDays: number;
    /** A recorded authority, which issues the certificate for `access.name`. Default: the box's own authority does. */
    readonly authority?: string;
  };
  /** How long an application credential of a service user lives, such as `7d`. Default: see `credentialLifetime`. */
  readonly credentials?: { readonly lifetime?: string };
  /** How Keystone makes its tokens. Default: `fernet`. */
  readonly tokens?: TokenFormat;
  readonly seeds: {
    readonly projects: readonly { readonly name: string; readonly description: string }[];
    /** Null: no `test` domain, project, users and network. */
    readonly test: TestSeed | null;
    /** Beside the image that every cloud begins with. */
    readonly images?: readonly SeedImage[];
  };
  /** How many dumps of the databases are kept. */
  readonly dumps: { readonly keep: number };
  /** Who is notified when a run waits for a person. */
  readonly notify?: NotifyWays;
  /** How often it is looked after; what is not named has its default. */
  readonly schedules?: SchedulesSpec;
  /** True: `box destroy` is refused. @default false */
  readonly deletionLock?: boolean;
  /** What a scheduled look for updates does: it notifies, or updates the box. @default report */
  readonly updates?: 'report' | 'auto';
}

/** Its spec lies in the state directory, see wanted-spec.ts. */
export interface InstallBoxInput extends WantedSpec {
  /** SHA-256 of the recorded spec that this one was made of: no other one is replaced. Default: any is. */
  readonly base?: string;
  /** Take the lease of a holder that is silent without waiting for its end. */
  readonly takeOver: boolean;
}

/** Drift and destroy know a box by its name; its spec is the recorded one. */
export interface NamedBoxInput {
  readonly name: string;
  readonly takeOver: boolean;
  /** Started by a schedule: no person watches, so one is notified. */
  readonly scheduled: boolean;
}

export interface RestoreBoxInput extends NamedBoxInput {
  /** Id of a dump. */
  readonly dump: string;
}

/** Real guests run in the box. */
export const hasGuests = ({ services, hypervisor }: Pick<BoxSpec, 'services' | 'hypervisor'>): boolean =>
  services.includes('compute') && hypervisor !== 'fake';

/** The name or address under which everybody else reaches the box. */
export const publicHostOf = ({ access, networks }: Pick<BoxSpec, 'access' | 'networks'>): string =>
  access.name ?? access.address ?? networks.management.address;

/** Where people open the dashboard; null: the box has none. At port 443, the default of browsers. */
export const dashboardUrlOf = (spec: Pick<BoxSpec, 'services' | 'access' | 'networks'>): string | null =>
  spec.services.includes('dashboard') ? `https://${publicHostOf(spec)}/` : null;

/** In a box with volumes. They take what was written to them, yet each may be written full. */
export const defaultVolumeLimits: Readonly<Record<string, number>> = { volumes: 20, gigabytes: 100 };

/** @source Quad9 and Cloudflare, which promise to keep no addresses; one alone would be one too few */
export const defaultNameservers: readonly string[] = ['9.9.9.9', '1.1.1.1'];

/** The range of floating IPs; null for a box without an external network. */
export function externalCidrOf(spec: Pick<BoxSpec, 'services' | 'hypervisor' | 'networks'>): string | null {
  const { management, public: externalNetwork } = spec.networks;
  if (externalNetwork?.cidr !== undefined) return externalNetwork.cidr;
  if (externalNetwork === undefined && !hasGuests(spec)) return null;
  const range = parseCidr(management.cidr);
  return range === null ? null : distantCidr(range);
}

export const tokenFormatOf = ({ tokens }: Pick<BoxSpec, 'tokens'>): TokenFormat => tokens ?? 'fernet';
