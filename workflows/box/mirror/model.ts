// SPDX-License-Identifier: Apache-2.0
// Turns a mirror's spec and its profile into the box that it lives in, and into what its steps are told. Pure.
import { parseCidr } from '../../contracts/box/cidr.ts';
import { secretRef, type SecretRef } from '../../contracts/box/brands.ts';
import type { Bundle } from '../../contracts/mirror/bundle.ts';
import type { MirrorProfile } from '../../contracts/mirror/mirror-profile.ts';
import { keyFile } from '../../contracts/mirror/site-paths.ts';
import { mirrorKinds, type MirroredBox, type MirrorSpec } from '../../contracts/mirror/mirror-spec.ts';
import { effect } from '../../ports/index.ts';
import type { AnsibleArgs, DebArgs, GitArgs, OciArgs, PypiArgs } from '../../ports/mirror/mirror.ts';
import type { KindArgs } from './kind-steps.ts';
import type { BoxBase } from '../foundation/base.ts';
import { linkName, type InstallFacts } from '../plan.ts';

export interface MirrorFacts extends Pick<InstallFacts, 'sources' | 'digest'> {
  readonly profile: MirrorProfile;
  /** The Debian source of this machine, for sources of the spec that name no URL. */
  readonly ownMirror: string;
  /** The Python index of this machine, for indexes of the spec that name no URL. */
  readonly ownIndex: string;
}

const certificate = { certificatePath: '/etc/ssl/holdfast/web.pem', keyPath: '/etc/ssl/holdfast/web.key' };

export const webCertificate = { certificate: certificate.certificatePath, key: certificate.keyPath };

/** `base`: SHA-256 of the only recorded spec that may be replaced; default: any. */
export function mirrorBase(
  spec: MirrorSpec,
  { profile, sources, digest }: MirrorFacts,
  base?: string,
): BoxBase {
  const { name, network } = spec;
  const { suite, generatorsMasked, size } = profile;
  const hasProxy = spec.proxy !== undefined;
  const packages = [
    ...profile.packages,
    ...packagesOfKinds(spec, profile),
    ...(hasProxy ? profile.proxyPackages : []),
  ];
  const unitsShippedDisabled = [...profile.unitsShippedDisabled, ...(hasProxy ? profile.proxyUnits : [])];
  return {
    box: name,
    spec: recordedSpec(spec, base),
    recipe: digest(JSON.stringify([suite, packages, unitsShippedDisabled, generatorsMasked, sources.text])),
    suite,
    packages,
    unitsShippedDisabled,
    generatorsMasked,
    size,
    link: linkName(digest(name)),
    prefix: parseCidr(network.cidr)?.prefix ?? 24,
    management: network,
    externalNetwork: null,
    access: {},
    ports: [],
    references: [],
    authorityPath: '/etc/ssl/holdfast/ca.pem',
    certificates: [
      {
        id: 'web',
        commonName: name,
        usage: 'server',
        addresses: [network.address],
        names: [name],
        owner: 'root',
        group: 'root',
        ...certificate,
      },
    ],
    certificateDays: spec.certificates.lifetimeDays,
    hasData: true,
  };
}

/** A spec that was made of another one than is recorded by now ends the run: no retry makes it right. */
export function recordedSpec(spec: MirrorSpec, base: string | undefined): BoxBase['spec'] {
  if (base === undefined) return effect('observeMirrorSpec', 'recordMirrorSpec', { spec });
  return { ...effect('observeMirrorSpec', 'recordMirrorSpec', { spec, base }), onFailure: 'fail' };
}

/** A site that takes bundles may be brought any kind. */
const packagesOfKinds = (
  spec: MirrorSpec,
  { kindPackages }: Pick<MirrorProfile, 'kindPackages'>,
): readonly string[] =>
  mirrorKinds
    .filter((kind) => spec.receives !== undefined || (spec[kind] ?? []).length > 0)
    .flatMap((kind) => kindPackages[kind] ?? []);

/** The private half of the key by which the mirror signs. */
export const signingKeyOf = (name: string): SecretRef => secretRef(`boxes/${name}/mirror-signing-key`);

/** The private half of the key by which it signs bundles and receipts. */
export const bundleKeyOf = (name: string): SecretRef => secretRef(`boxes/${name}/bundle-key`);

/** What the steps of a refresh are told. */
export interface RefreshArgs extends KindArgs {
  readonly box: string;
  /** How many revisions stay at least. */
  readonly keep: number;
}

/** What every step of a refresh is told of Debian archives. `packagesOfBox`: all that an image of it is made of. */
export function debArgs(
  { name, deb, limits }: MirrorSpec,
  ownMirror: string,
  packagesOfBox: (box: MirroredBox) => readonly string[] = () => [],
): DebArgs {
  return {
    box: name,
    limits,
    sources: deb.map(({ boxes = [], ...source }) => ({
      ...source,
      packages: [...new Set([...source.packages, ...boxes.flatMap(packagesOfBox)])],
      url: source.url ?? ownMirror,
      signedBy: source.signedBy.startsWith('/') ? source.signedBy : keyFile(source.name),
    })),
  };
}

/** What every step of a refresh is told of Python indexes. */
export function pypiArgs({ name, pypi, limits }: MirrorSpec, ownIndex: string): PypiArgs {
  return { box: name, limits, indexes: pypi.map((index) => ({ ...index, url: index.url ?? ownIndex })) };
}

/** What every step of a refresh is told of container registries. */
export const ociArgs = ({ name, network, oci = [], limits }: MirrorSpec): OciArgs => ({
  box: name,
  limits,
  registries: oci,
  address: network.address,
});

/** What every step of a refresh is told of Ansible galaxies. */
export const ansibleArgs = ({ name, ansible = [], limits }: MirrorSpec): AnsibleArgs => ({
  box: name,
  limits,
  servers: ansible,
});

/** What every step of a refresh is told of Git repositories. */
export const gitArgs = ({ name, git = [], limits }: MirrorSpec): GitArgs => ({
  box: name,
  limits,
  repositories: git,
});

/** What the steps of an import are told of the sources that a bundle names; nothing of it is asked for. */
export function bundledArgs(
  { name: box, network }: Pick<MirrorSpec, 'name' | 'network'>,
  { deb, pypi, oci, ansible, git }: Pick<Bundle, 'deb' | 'pypi' | 'oci' | 'ansible' | 'git'>,
): KindArgs {
  const sources = deb.map(({ keyring: _, ...source }) => ({ ...source, signedBy: keyFile(source.name) }));
  return {
    deb: { box, limits: [], sources },
    pypi: { box, limits: [], indexes: pypi },
    oci: { box, limits: [], registries: oci, address: network.address },
    ...(git !== undefined && { git: { box, limits: [], repositories: git } }),
    ...(ansible !== undefined && { ansible: { box, limits: [], servers: ansible } }),
  };
}
