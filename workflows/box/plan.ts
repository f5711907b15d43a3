// SPDX-License-Identifier: Apache-2.0
// Turns a spec and a release profile into names, addresses and references. Pure; orders nothing.
import {
  defaultNameservers,
  hasGuests,
  externalCidrOf,
  publicHostOf,
  type BoxSpec,
  type ServiceName,
} from '../contracts/box/box-spec.ts';
import type { IssuingAuthority } from '../contracts/authority/public-certificate.ts';
import { addressText, parseCidr } from '../contracts/box/cidr.ts';
import { secretRef, type SecretRef } from '../contracts/box/brands.ts';
import { schemasOf, type DatabaseDriver } from '../contracts/database/database-driver.ts';
import type { ReleaseProfile } from '../contracts/box/release-profile.ts';
import type { KeystoneAccess } from '../contracts/box/cloud-access.ts';

export interface InstallFacts {
  readonly profile: ReleaseProfile;
  /** Of the machine that the box is on: its services start as many processes as it can work through. */
  readonly processors: number;
  /** Of this machine or the spec: where the image's packages come from. */
  readonly sources: {
    readonly text: string;
    readonly releases: readonly string[];
    readonly aptOptions: readonly string[];
    /** The mirror site that they are of; default: they are of none. */
    readonly site?: string;
  };
  /** That the spec names. Default: the box's own authority certifies everything. */
  readonly authority?: IssuingAuthority;
  /** SHA-256 of a text, 16 hex digits. */
  digest(text: string): string;
}

/** Services with a user of their own in Keystone. */
export type ServiceUser = 'glance' | 'placement' | 'neutron' | 'nova' | 'cinder';

interface Pair {
  readonly certificate: string;
  readonly key: string;
}

export interface ExternalNetwork {
  readonly cidr: string;
  readonly prefix: number;
  /** The first address of the range, and the link of this machine that has it. */
  readonly gateway: string;
  readonly link: string;
  readonly nameservers: readonly string[];
}

export interface BoxPlan {
  readonly spec: BoxSpec;
  readonly profile: ReleaseProfile;
  readonly box: string;
  readonly packages: readonly string[];
  readonly recipe: string;
  readonly unitsShippedDisabled: readonly string[];
  readonly link: string;
  readonly prefix: number;
  /** The network of floating IPs, with this machine as its gateway; null: none. */
  readonly externalNetwork: ExternalNetwork | null;
  /** Real guests run in it. */
  readonly hasGuests: boolean;
  /** Keystone as services and this machine reach it. */
  readonly internalAuthUrl: string;
  /** The name or address under which everybody else reaches the box. */
  readonly publicHost: string;
  /** Keystone as everybody else reaches it. */
  readonly publicAuthUrl: string;
  readonly serviceUsers: readonly ServiceUser[];
  readonly hasBroker: boolean;
  readonly adminPassword: SecretRef;
  readonly oncePassword: SecretRef;
  /** Of the test project's user, and of its domain's manager. */
  readonly testPassword: SecretRef;
  readonly testManagerPassword: SecretRef;
  /** Shared by Nova's metadata API and Neutron's agent. */
  readonly metadataSecret: SecretRef;
  /** What the dashboard signs with. */
  readonly dashboardKey: SecretRef;
  /** The box's end of its tunnels makes its key of it. */
  readonly wireguardKey: SecretRef;
  readonly specDigest: string;
  readonly authorityPath: string;
  /** Issues the certificate for `publicHost`; null: the box's own authority does. */
  readonly authority: IssuingAuthority | null;
  readonly paths: { readonly haproxy: string };
  servicePassword(user: ServiceUser): SecretRef;
  /** Where a program's certificate and key lie. */
  pair(program: string): Pair;
  /** Without a password: the certificate says who asks. */
  databaseUrl(role: string, database: string): string;
  brokerUrl(user: string): string;
  /** How many processes each program of a service starts: many programs share the processors. */
  readonly processes: number;
}

/** Ports that the box serves to everybody: those of its APIs, and of the consoles of guests. */
export function publicPortsOf({ spec, profile }: Pick<BoxPlan, 'spec' | 'profile'>): number[] {
  const consoles = hasGuests(spec) ? [profile.guests.console.publicPort] : [];
  return [...spec.services.map((service) => profile.apis[service].publicPort), ...consoles];
}

/** The external link of a box; interface names have at most 15 characters. */
export const linkName = (digest: string): string => `hf-${digest.slice(0, 10)}`;

/** The link to its external network. */
export const externalLinkName = (digest: string): string => `hfo-${digest.slice(0, 10)}`;

export function planBox(
  spec: BoxSpec,
  { profile, processors, sources, authority, digest }: InstallFacts,
): BoxPlan {
  const { address, cidr } = spec.networks.management;
  const packages = packagesOf(spec, profile);
  const { suite, generatorsMasked } = profile;
  const unitsShippedDisabled = unitsShippedDisabledOf(spec, profile);
  const recipe = JSON.stringify([suite, packages, unitsShippedDisabled, generatorsMasked, sources.text]);
  const authorityPath = '/etc/ssl/holdfast/ca.pem';
  const pair = (program: string): Pair => ({
    certificate: `/etc/ssl/holdfast/${program}.pem`,
    key: `/etc/ssl/holdfast/${program}.key`,
  });
  const { identity } = profile.apis;
  const publicHost = publicHostOf(spec);
  return {
    spec,
    profile,
    box: spec.name,
    packages,
    recipe: digest(recipe),
    authorityPath,
    authority: authority ?? null,
    pair,
    unitsShippedDisabled,
    publicHost,
    link: linkName(digest(spec.name)),
    prefix: parseCidr(cidr)?.prefix ?? 24,
    internalAuthUrl: `https://${address}:${identity.publicPort}${identity.path}`,
    publicAuthUrl: `https://${publicHost}:${identity.publicPort}${identity.path}`,
    serviceUsers: serviceUsersOf(spec),
    hasBroker: spec.services.some((service) => service === 'network' || service === 'compute'),
    adminPassword: secretRef(`boxes/${spec.name}/admin-password`),
    oncePassword: secretRef(`boxes/${spec.name}/bootstrap-once`),
    testPassword: secretRef(`boxes/${spec.name}/test-password`),
    testManagerPassword: secretRef(`boxes/${spec.name}/test-manager-password`),
    metadataSecret: secretRef(`boxes/${spec.name}/metadata-secret`),
    dashboardKey: secretRef(`boxes/${spec.name}/dashboard-key`),
    wireguardKey: secretRef(`boxes/${spec.name}/wireguard-key`),
    externalNetwork: externalNetworkOf(spec, digest),
    hasGuests: hasGuests(spec),
    specDigest: digest(JSON.stringify(spec)),
    paths: { haproxy: '/etc/ssl/holdfast/api.pem' },
    servicePassword: (user) => secretRef(`boxes/${spec.name}/${user}-password`),
    databaseUrl: (role, database) => {
      const { certificate, key } = pair(role);
      const tls = `sslmode=verify-full&sslrootcert=${authorityPath}&sslcert=${certificate}&sslkey=${key}`;
      // psycopg2 on every release: with psycopg 3 two services' online migrations break.
      return `postgresql+psycopg2://${role}@127.0.0.1:${profile.postgres.port}/${database}?${tls}`;
    },
    processes: Math.min(8, Math.max(1, Math.round(processors / 2))),
    brokerUrl: (user) => `rabbit://${user}@127.0.0.1:${profile.rabbitmq.port}/`,
  };
}

/** Every database of the box with the role that owns it. */
export function databasesOf(plan: BoxPlan): { database: string; role: string }[] {
  return plan.spec.services
    .filter(hasDatabase)
    .map((service) => driverOf(plan, service))
    .flatMap((driver) => schemasOf(driver).map(({ database }) => ({ database, role: driver.user })));
}

/** The units that write to the databases of those services; default: of all. */
export function unitsOf(plan: BoxPlan, services = plan.spec.services): string[] {
  return services
    .filter(hasDatabase)
    .flatMap((service) =>
      service === 'volume' ? plan.profile.volumes.units : driverOf(plan, service).units,
    );
}

const driverNames = {
  identity: 'keystone' as const,
  image: 'glance' as const,
  placement: 'placement' as const,
  network: 'neutron' as const,
  compute: 'nova' as const,
  volume: 'cinder' as const,
  // Without a database.
  dashboard: null,
} satisfies Record<ServiceName, string | null>;

type ServiceWithDatabase = Exclude<ServiceName, 'dashboard'>;

const hasDatabase = (service: ServiceName): service is ServiceWithDatabase => driverNames[service] !== null;

/** @throws Error when the release has none: its spec was refused before */
export function driverOf({ profile }: BoxPlan, service: ServiceWithDatabase): DatabaseDriver {
  const driver = profile.drivers[driverNames[service]];
  if (driver === undefined) throw new Error(`Release ${profile.name} has no driver of ${service}`);
  return driver;
}

/** Where Keystone answers this machine, and as whom to speak to it. */
export function keystoneAccess({ box, spec, adminPassword, internalAuthUrl }: BoxPlan): KeystoneAccess {
  return { box, authUrl: internalAuthUrl, region: spec.region, adminPassword };
}

function externalNetworkOf(spec: BoxSpec, digest: (text: string) => string): ExternalNetwork | null {
  const cidr = externalCidrOf(spec);
  const range = cidr === null ? null : parseCidr(cidr);
  if (cidr === null || range === null) return null;
  return {
    cidr,
    prefix: range.prefix,
    gateway: addressText(range.first + 1),
    link: externalLinkName(digest(spec.name)),
    nameservers: spec.networks.public?.nameservers ?? defaultNameservers,
  };
}

const unitsShippedDisabledOf = (spec: BoxSpec, profile: ReleaseProfile): readonly string[] => [
  ...profile.unitsShippedDisabled,
  ...(hasGuests(spec) ? profile.guests.unitsShippedDisabled : []),
  ...(spec.services.includes('dashboard') ? profile.dashboard.unitsShippedDisabled : []),
  ...(spec.services.includes('volume') ? profile.volumes.unitsShippedDisabled : []),
];

/** WireGuard in a program too: many a kernel has none. */
const wireguardPackages: readonly string[] = ['wireguard-tools', 'wireguard-go', 'nftables', 'openssl'];

/** What the image of a box is made of, beside what every system has. */
export function packagesOf(
  spec: Pick<BoxSpec, 'services' | 'hypervisor' | 'packages'> &
    Partial<Pick<BoxSpec, 'certificates' | 'access'>>,
  profile: ReleaseProfile,
): string[] {
  const services = spec.services.flatMap((service) => profile.servicePackages[service]);
  const guests = hasGuests(spec) ? profile.guests.packages : [];
  const client = spec.certificates?.authority === undefined ? [] : profile.acmeClientPackages;
  const tunnels = spec.access?.wireguard === undefined ? [] : wireguardPackages;
  const all = [...profile.packages, ...services, ...guests, ...client, ...tunnels, ...(spec.packages ?? [])];
  return [...new Set(all)];
}

function serviceUsersOf({ services }: BoxSpec): ServiceUser[] {
  return services.flatMap((service): readonly ServiceUser[] => {
    const name = driverNames[service];
    return name === null || name === 'keystone' ? [] : [name];
  });
}
