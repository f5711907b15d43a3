// SPDX-License-Identifier: Apache-2.0
// The records of a mirror in the state directory: its spec, with the network that it claims, and its status.
import { lstat, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactsOf, type AnsibleManifest } from '../../workflows/contracts/mirror/ansible/pins.ts';
import { amountOf, hostOfUrl } from '../../workflows/contracts/mirror/content.ts';
import type { DebManifest } from '../../workflows/contracts/mirror/deb/pins.ts';
import {
  mirrorSpecFile,
  mirrorStatusFile,
  type MirrorSpec,
} from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { GitManifest } from '../../workflows/contracts/mirror/git/pins.ts';
import type { OciManifest } from '../../workflows/contracts/mirror/oci/pins.ts';
import type { PypiManifest } from '../../workflows/contracts/mirror/pypi/pins.ts';
import type {
  GalaxyStatus,
  IndexStatus,
  MirrorStatus,
  RegistryStatus,
  RepositoryStatus,
  SiteRevision,
  SuiteStatus,
} from '../../workflows/contracts/mirror/revision.ts';
import { bundleKeyFile, sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import { readReceived } from '../clients/bundle/ledger.ts';
import { Failure } from '../clients/failure.ts';
import { readText, writeFileAtomically } from '../clients/state/local-files.ts';
import { recordedMirror } from '../clients/state/recorded-mirrors.ts';
import { replaceSpec, requireBase, type Replacement } from '../clients/state/replace-spec.ts';
import type { MirrorSpecArgs } from '../../workflows/ports/mirror/mirror.ts';
import { readClaim, takeClaim, type Claim } from '../hosts/claims.ts';
import { trialsOf } from './smoke-record.ts';
import { readPublications, readPublished } from './pointer.ts';
import { frontPageDifferences, writeFrontPage } from './bills/front-page.ts';
import { budgetOf, readStored, type Site } from './site.ts';
import type { StepScope } from '../step-scope.ts';

const claimOfMirror = ({ name, network }: MirrorSpec): Claim => ({
  box: name,
  networks: { 'network.cidr': network.cidr },
  address: null,
});

export async function specDifferences(
  stateDirectory: string,
  { spec }: Pick<MirrorSpecArgs, 'spec'>,
): Promise<Difference[]> {
  const { name } = spec;
  const recorded = await recordedMirror(stateDirectory, name);
  const claimed = await readClaim(name);
  const isSame = recorded !== null && JSON.stringify(recorded) === JSON.stringify(spec);
  const isClaimed = JSON.stringify(claimed?.networks) === JSON.stringify(claimOfMirror(spec).networks);
  return [
    ...(isSame
      ? []
      : [
          {
            what: `recorded spec of ${name}`,
            have: recorded === null ? 'none' : 'another',
            want: 'the one given',
          },
        ]),
    ...(isClaimed ? [] : [{ what: `network of ${name}`, have: 'not claimed', want: spec.network.cidr }]),
  ];
}

/** Idempotent. @throws Failure PreconditionFailed as replaceSpec does, Conflict when another box has its network */
export async function recordSpec(stateDirectory: string, args: MirrorSpecArgs): Promise<undefined> {
  const replacement = replacementOf(stateDirectory, args);
  // Nothing is claimed or left behind for a mirror that was changed or destroyed meanwhile.
  await requireBase(replacement);
  await takeClaim(claimOfMirror(args.spec));
  await replaceSpec(replacement);
  return undefined;
}

export const replacementOf = (stateDirectory: string, { spec, base }: MirrorSpecArgs): Replacement => ({
  path: join(stateDirectory, mirrorSpecFile(spec.name)),
  spec,
  base,
  recorded: () => recordedMirror(stateDirectory, spec.name),
  installCommand: 'holdfast mirrors install FILE',
});

export async function recordLeft(stateDirectory: string, name: string): Promise<Difference[]> {
  const folder = dirname(join(stateDirectory, mirrorSpecFile(name)));
  const found = await lstat(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  return found === null ? [] : [{ what: folder, have: 'present', want: 'gone' }];
}

export async function removeRecord(stateDirectory: string, name: string): Promise<undefined> {
  await rm(dirname(join(stateDirectory, mirrorSpecFile(name))), { recursive: true, force: true });
  return undefined;
}

/** Written by every run: its time says when the mirror was looked after last. */
export async function statusDifferences(
  stateDirectory: string,
  site: Site,
  { context }: StepScope,
): Promise<Difference[]> {
  const text = await readText(join(stateDirectory, mirrorStatusFile(site.box)));
  const have = (jsonOrNull(text ?? '') ?? {}) as Partial<StatusFile>;
  const refreshedAt = typeof have.refreshedAt === 'string' ? have.refreshedAt : '';
  if (have.run === context.nonce && text === (await statusText(stateDirectory, site, have.run, refreshedAt)))
    return frontPageDifferences(site);
  return [
    { what: `status of ${site.box}`, have: text === null ? 'none' : 'of another run', want: 'of this run' },
  ];
}

export async function writeStatus(
  stateDirectory: string,
  site: Site,
  { context }: StepScope,
  now: Date,
): Promise<undefined> {
  const path = join(stateDirectory, mirrorStatusFile(site.box));
  const text = await statusText(stateDirectory, site, context.nonce, now.toISOString());
  await writeFileAtomically(path, text, 0o600);
  await writeFrontPage(site);
  return undefined;
}

/** Also names the run that wrote it; `mirrors status` does not show that. */
type StatusFile = MirrorStatus & { readonly run: string };

async function statusText(
  stateDirectory: string,
  site: Site,
  run: string,
  refreshedAt: string,
): Promise<string> {
  const published = await readPublished(site);
  const spec = await recordedMirror(stateDirectory, site.box);
  if (published === null || spec === null)
    throw new Failure('PreconditionFailed', `Nothing is published by ${site.box}`, { on: site.data });
  const { deb, pypi, oci, ansible, git } = await readStored<SiteRevision>(site, published.revision);
  const received = await readReceived(site.data);
  const status: StatusFile = {
    ...published,
    run,
    refreshedAt,
    trials: await trialsOf(site, published.revision),
    quotas: await budgetOf(site, spec.limits).quotas(),
    kept: await readPublications(site),
    address: spec.network.address,
    received: received === null ? null : { site: received.site, generation: received.generation },
    bundleKey: (await readText(join(site.data, sitePaths.keys, bundleKeyFile)))?.trim() ?? null,
    suites: deb === undefined ? [] : suitesOf(await readStored<DebManifest>(site, deb)),
    indexes: pypi === undefined ? [] : indexesOf(await readStored<PypiManifest>(site, pypi)),
    registries: oci === undefined ? [] : registriesOf(await readStored<OciManifest>(site, oci)),
    galaxies: ansible === undefined ? [] : galaxiesOf(await readStored<AnsibleManifest>(site, ansible)),
    repositories: git === undefined ? [] : repositoriesOf(await readStored<GitManifest>(site, git)),
  };
  return `${JSON.stringify(status)}\n`;
}

const suitesOf = ({ pins, suites }: DebManifest): SuiteStatus[] =>
  suites.map(({ source, suite, packages }) => {
    const { files, bytes } = amountOf(packages);
    const pinned = pins.sources.find((each) => each.source === source);
    const upstreamDate = pinned?.suites.find((each) => each.suite === suite)?.date ?? '';
    return { source, suite, upstreamDate, packages: files, bytes };
  });

const indexesOf = ({ indexes }: PypiManifest): IndexStatus[] =>
  indexes.map(({ index, projects }) => {
    const { files, bytes } = amountOf(projects.flatMap((each) => each.files));
    return { index, projects: projects.length, files, bytes };
  });

const registriesOf = ({ registries }: OciManifest): RegistryStatus[] =>
  registries.map(({ registry, url, repositories }) => {
    const { files, bytes } = amountOf(repositories.flatMap(({ blobs }) => blobs));
    const images = repositories.flatMap(({ tags }) => Object.keys(tags)).length;
    return { registry, host: hostOfUrl(url), images, blobs: files, bytes };
  });

const galaxiesOf = ({ servers }: AnsibleManifest): GalaxyStatus[] =>
  servers.map((pins) => {
    const { files, bytes } = amountOf(artifactsOf({ servers: [pins] }));
    const { server, url, collections, roles = [] } = pins;
    return {
      server,
      host: hostOfUrl(url),
      collections: collections.length,
      roles: roles.length,
      files,
      bytes,
    };
  });

const repositoriesOf = ({ repositories }: GitManifest): RepositoryStatus[] =>
  repositories.map(({ repository, url, refs, packs }) => ({
    repository,
    host: hostOfUrl(url),
    refs: Object.keys(refs).length,
    bytes: amountOf(packs).bytes,
  }));
