// SPDX-License-Identifier: Apache-2.0
// The steps up to a running box with certificates, whatever serves in it: an OpenStack cloud or a mirror.
import type { SecretRef } from '../../contracts/box/brands.ts';
import type { BoxNetwork } from '../../contracts/box/box-spec.ts';
import type { StepOptions } from '../../contracts/run/build-table.ts';
import type { Effect } from '../../contracts/run/table.ts';
import { call, effect } from '../../ports/index.ts';
import type { PreflightArgs, PreflightSite } from '../../ports/host.ts';
import type { CertificateArgs } from '../../ports/pki.ts';
import { fileCalls, type Steps } from '../calls.ts';
import type { InstallFacts, ExternalNetwork } from '../plan.ts';
import { nameFiles, type Neighbour } from './files.ts';

/** MiB that must be free. */
interface BoxSize {
  readonly diskFreeMebibytesMin: number;
  readonly memoryMebibytesMin: number;
}

export interface BoxBase {
  readonly box: string;
  /** How its spec is recorded. */
  readonly spec: Effect & Pick<StepOptions, 'onFailure'>;
  readonly recipe: string;
  readonly suite: string;
  readonly packages: readonly string[];
  readonly unitsShippedDisabled: readonly string[];
  readonly generatorsMasked: readonly string[];
  readonly size: BoxSize;
  readonly link: string;
  readonly prefix: number;
  readonly management: BoxNetwork;
  readonly externalNetwork: ExternalNetwork | null;
  readonly access: PreflightArgs['access'] & object;
  /** By which it knows itself, beside its own. Default: none. */
  readonly names?: readonly string[];
  /** Other boxes that it reaches by name. Default: none. */
  readonly neighbours?: readonly Neighbour[];
  /** That it takes of the address of this machine, where others reach it by one. */
  readonly ports: readonly number[];
  readonly references: readonly SecretRef[];
  readonly authorityPath: string;
  readonly certificates: readonly CertificateArgs[];
  readonly certificateDays: number;
  /** What every system of the release has, and whether guests are built: asked of a mirror site. Default: none is asked. */
  readonly content?: { readonly base: readonly string[]; readonly hasGuests: boolean };
  /** It has a folder that this machine writes and the box reads; see contracts/box/data-folder.ts. Default: none. */
  readonly hasData?: true;
}

/** `beforeBoot`: what has to be true of a box that is off. */
export function baseSteps(base: BoxBase, sources: InstallFacts['sources'], beforeBoot: Steps = {}): Steps {
  const { box, recipe, suite, packages, hasData } = base;
  const root = { box, recipe, suite, packages };
  const site = siteOf(base, sources);
  const preflight = {
    ...root,
    ...preflightArgs(base),
    sources: sources.releases,
    ...(site !== null && { site }),
  };
  const prepared = { ...root, ...(hasData && { hasData }) };
  const image = {
    box,
    recipe,
    suite,
    packages,
    unitsShippedDisabled: base.unitsShippedDisabled,
    generatorsMasked: base.generatorsMasked,
    sources: sources.text,
    aptOptions: sources.aptOptions,
  };
  const power = powerArgs(base);
  const authority = { box, commonName: `holdfast ${box} CA`, lifetimeDays: 3650 };
  const secrets = { box, references: base.references };
  const certificates = {
    box,
    authorityPath: base.authorityPath,
    lifetimeDays: base.certificateDays,
    certificates: base.certificates,
  };
  return {
    preflight: {
      title: 'This machine can hold the box',
      onFailure: 'fail',
      observe: call('observePreflight', preflight),
    },
    spec: {
      title: 'Spec recorded',
      ...base.spec,
    },
    secrets: {
      title: 'Secrets generated',
      ...effect('observeSecrets', 'generateSecrets', secrets),
    },
    'certificate-authority': {
      title: 'Certificate authority of the box',
      after: ['spec'],
      ...effect('observeAuthority', 'createAuthority', authority),
    },
    image: {
      title: 'Debian image built',
      after: ['spec'],
      profile: 'build',
      cancel: 'kill',
      exclusive: ['image'],
      ...effect('observeImage', 'buildImage', image),
    },
    root: {
      title: 'Root file system prepared',
      after: ['secrets', 'certificate-authority', 'image'],
      profile: 'command',
      exclusive: ['power'],
      ...effect('observeRoot', 'prepareRoot', prepared),
    },
    ...beforeBoot,
    boot: {
      title: 'Box booted',
      profile: 'command',
      exclusive: ['power'],
      settleSeconds: 120,
      ...effect('observePower', 'bootBox', power),
    },
    names: { title: 'Names of the box known inside', ...fileCalls(box, nameFiles(base)) },
    certificates: {
      title: 'Certificates issued',
      after: ['boot'],
      ...effect('observeCertificates', 'issueCertificates', certificates),
    },
  };
}

/** Null for packages that come from elsewhere. */
function siteOf(
  { content }: Pick<BoxBase, 'content'>,
  { site, text, aptOptions }: InstallFacts['sources'],
): PreflightSite | null {
  if (site === undefined || content === undefined) return null;
  return { name: site, sources: text, aptOptions, ...content };
}

function preflightArgs({ management, externalNetwork, link, access, ports, size }: BoxBase) {
  return {
    link,
    management,
    processorsMin: 1,
    access,
    ports,
    ...(externalNetwork !== null && {
      externalNetwork: { cidr: externalNetwork.cidr, link: externalNetwork.link },
    }),
    ...size,
  };
}

function powerArgs({ box, link, management, prefix, externalNetwork }: BoxBase) {
  const { address, gateway } = management;
  return {
    box,
    link,
    address,
    gateway,
    prefix,
    ...(externalNetwork !== null && { externalNetwork: linkOf(externalNetwork) }),
  };
}

const linkOf = ({ link, gateway, prefix }: ExternalNetwork) => ({ link, gateway, prefix });
