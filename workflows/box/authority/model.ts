// SPDX-License-Identifier: Apache-2.0
// Turns the spec of an authority into its box and into the arguments of its steps. Pure.
import type { AuthoritySpec } from '../../contracts/authority/authority-spec.ts';
import {
  probeName,
  serverBox,
  type ActivateArgs,
  type PublishArgs,
  type ServerProfile,
} from '../../contracts/authority/server.ts';
import type { CertifiedBox } from '../../contracts/authority/public-certificate.ts';
import type { AuthorityServer } from '../../contracts/authority/server-spec.ts';
import { parseCidr } from '../../contracts/box/cidr.ts';
import { effect } from '../../ports/index.ts';
import type { BoxBase } from '../foundation/base.ts';
import type { FileArgs } from '../../ports/host.ts';
import { nameFiles, type Neighbour } from '../foundation/files.ts';
import { linkName, type InstallFacts } from '../plan.ts';

export interface ServerFacts extends Pick<InstallFacts, 'sources' | 'digest'> {
  readonly profile: ServerProfile;
  /** Boxes whose certificates it issues. Default: none. */
  readonly certified?: readonly CertifiedBox[];
}

const neighbourOf = ({ name, address }: CertifiedBox): Neighbour => ({ address, names: [name] });

/** What the box of an authority knows by name: itself, and the boxes that it certifies. */
export const serverNameFiles = (
  { name, profile }: AuthoritySpec,
  { network, names }: AuthorityServer,
  certified: readonly CertifiedBox[],
): FileArgs[] =>
  nameFiles({
    box: serverBox(name),
    access: {},
    management: network,
    names: [...names, probeName(profile)],
    neighbours: certified.map(neighbourOf),
  });

export function serverBase(
  spec: AuthoritySpec,
  { network, names }: AuthorityServer,
  { profile, sources, digest, certified = [] }: ServerFacts,
): BoxBase {
  const { suite, packages, unitsShippedDisabled, generatorsMasked, size } = profile;
  const box = serverBox(spec.name);
  const claim = { box, cidr: network.cidr };
  return {
    box,
    spec: effect('observeServerClaim', 'claimServer', claim),
    recipe: digest(JSON.stringify([suite, packages, unitsShippedDisabled, generatorsMasked, sources.text])),
    suite,
    packages,
    unitsShippedDisabled,
    generatorsMasked,
    size,
    link: linkName(digest(box)),
    prefix: parseCidr(network.cidr)?.prefix ?? 24,
    management: network,
    externalNetwork: null,
    access: {},
    names: [...names, probeName(spec.profile)],
    ...(certified.length > 0 && { neighbours: certified.map(neighbourOf) }),
    ports: [],
    references: [],
    authorityPath: '/etc/ssl/holdfast/ca.pem',
    certificates: [],
    certificateDays: 397,
    hasData: true,
  };
}

export const publishArgs = (
  { name, root, profile }: AuthoritySpec,
  { network }: AuthorityServer,
): PublishArgs => ({
  authority: name,
  box: serverBox(name),
  crlUrl: profile.crlUrl,
  address: network.address,
  rootFingerprint: root.fingerprint,
});

export const activateArgs = (
  { name, intermediate, profile }: AuthoritySpec,
  { names, leafDays }: AuthorityServer,
  generation: number,
): ActivateArgs => ({
  authority: name,
  box: serverBox(name),
  generation,
  names,
  intermediate,
  leafDays,
  probe: probeName(profile),
});
