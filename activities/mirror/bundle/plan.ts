// SPDX-License-Identifier: Apache-2.0
// Plans a bundle: what the published revision consists of, without what the far site acknowledged. Writes no segment.
import { mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bundleFile,
  segmentsOf,
  type Bundle,
  type BundledIndex,
  type BundledSource,
} from '../../../workflows/contracts/mirror/bundle.ts';
import type {
  AnsibleServer,
  GitRepository,
  OciRegistry,
} from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { amountOf, bytesText, type Content } from '../../../workflows/contracts/mirror/content.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { ExportArgs } from '../../../workflows/ports/mirror/bundle.ts';
import { lastGeneration, writeGeneration } from '../../clients/bundle/ledger.ts';
import { faultText, readPlain } from '../../clients/bundle/plain-file.ts';
import { readSignedReceipt } from '../../clients/bundle/receipt-file.ts';
import { isWritten } from '../../clients/bundle/segments.ts';
import { Failure } from '../../clients/failure.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import type { StepScope } from '../../step-scope.ts';
import { readPublished } from '../pointer.ts';
import { digestsOfRevision, partsOfRevision, type RevisionParts } from '../served-contents.ts';
import { isMarked, storeMarked, storeOf, type Site } from '../site.ts';
import { requireRoom } from './room.ts';

export async function bundlePlanDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'bundle')) return [];
  return [{ what: 'contents of the bundle', have: 'none of this run', want: 'planned' }];
}

export async function planBundle(site: Site, args: ExportArgs, scope: StepScope): Promise<string> {
  const { folder } = args;
  await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'EEXIST') throw error;
  });
  const bundle = await numbered(site, folder, await wantedBundle(site, args));
  const segments = segmentsOf(bundle);
  let bytes = 0;
  for (const segment of segments) if (!(await isWritten(folder, segment))) bytes += segment.size;
  await requireRoom(folder, bytes, 'the bundle');
  await storeMarked(site, scope.context, 'bundle', bundle);
  const { files, bytes: all } = amountOf(bundle.contents);
  return `generation ${bundle.generation}: ${files} files, ${bytesText(all)} in ${segments.length} segments`;
}

type Unnumbered = Omit<Bundle, 'generation'>;

async function wantedBundle(site: Site, args: ExportArgs): Promise<Unnumbered> {
  const published = await readPublished(site);
  if (published === null)
    throw new Failure('PreconditionFailed', `Nothing is published by ${site.box}`, {
      on: site.data,
      hint: `holdfast mirrors refresh ${site.box}`,
    });
  const parts = await partsOfRevision(site, published.revision);
  const deb = await bundledSources(site, args, parts);
  const ansible = bundledServers(args, parts);
  const git = bundledRepositories(args, parts);
  const acknowledged = await acknowledgedBy(site, args);
  return {
    kind: 'bundle',
    format: 1,
    site: site.box,
    revision: published.revision,
    baseline: args.since?.digest ?? null,
    segmentBytes: args.segmentBytes,
    contents: (await carried(site, published.revision, parts, deb)).filter(
      ({ digest }) => !acknowledged.has(digest),
    ),
    deb,
    pypi: bundledIndexes(args, parts),
    oci: bundledRegistries(args, parts),
    ...(ansible.length > 0 && { ansible }),
    ...(git.length > 0 && { git }),
  };
}

/** All that the far site needs for the revision, sorted. @throws Failure Rejected for a stored file that is gone */
async function carried(
  site: Site,
  revision: string,
  parts: RevisionParts,
  sources: readonly BundledSource[],
): Promise<Content[]> {
  const store = storeOf(site);
  const contents = new Map<string, Content>();
  const digests = [...digestsOfRevision(revision, parts), ...sources.map(({ keyring }) => keyring)];
  for (const digest of digests) {
    const size = await store.sizeOf(digest);
    if (size === null)
      throw new Failure('Rejected', `A file of the published revision is gone: ${digest}`, {
        on: store.path(digest),
        hint: `Refresh the mirror, which fetches it again: holdfast mirrors refresh ${site.box}`,
      });
    contents.set(digest, { digest, size });
  }
  return [...contents.values()].sort((one, other) => (one.digest < other.digest ? -1 : 1));
}

/** @throws Failure PreconditionFailed when the spec names other sources than the revision has */
async function bundledSources(
  site: Site,
  { deb }: ExportArgs,
  { deb: manifest }: RevisionParts,
): Promise<BundledSource[]> {
  const built = new Set((manifest?.suites ?? []).map(({ source }) => source));
  requireSame(site, 'Debian sources', deb, built);
  const sources: BundledSource[] = [];
  for (const { signedBy: _, ...source } of deb) {
    const bytes = await readFile(join(site.data, sitePaths.keyrings, `${source.name}.gpg`));
    const { digest } = await storeOf(site).put(bytes);
    sources.push({ ...source, keyring: digest });
  }
  return sources;
}

function bundledIndexes({ box, pypi }: ExportArgs, { pypi: manifest }: RevisionParts): BundledIndex[] {
  const built = new Set((manifest?.indexes ?? []).map(({ index }) => index));
  requireSame({ box }, 'Python indexes', pypi, built);
  return [...pypi];
}

function bundledRegistries({ box, oci }: ExportArgs, { oci: manifest }: RevisionParts): OciRegistry[] {
  const built = new Set((manifest?.registries ?? []).map(({ registry }) => registry));
  requireSame({ box }, 'container registries', oci, built);
  return [...oci];
}

function bundledServers(
  { box, ansible = [] }: ExportArgs,
  { ansible: manifest }: RevisionParts,
): AnsibleServer[] {
  const built = new Set((manifest?.servers ?? []).map(({ server }) => server));
  requireSame({ box }, 'Ansible galaxies', ansible, built);
  return [...ansible];
}

function bundledRepositories(
  { box, git = [] }: ExportArgs,
  { git: manifest }: RevisionParts,
): GitRepository[] {
  const built = new Set((manifest?.repositories ?? []).map(({ repository }) => repository));
  requireSame({ box }, 'Git repositories', git, built);
  return [...git];
}

function requireSame(
  { box }: Pick<Site, 'box'>,
  what: string,
  named: readonly { readonly name: string }[],
  built: ReadonlySet<string>,
): void {
  const wanted = named.map(({ name }) => name);
  if (wanted.length === built.size && wanted.every((name) => built.has(name))) return;
  throw new Failure(
    'PreconditionFailed',
    `The published revision has other ${what} than the file of ${box}`,
    {
      on: box,
      cause: `published: ${[...built].join(', ') || 'none'}; in the file: ${wanted.join(', ') || 'none'}`,
      hint: `holdfast mirrors refresh ${box}, then export again`,
    },
  );
}

async function acknowledgedBy(site: Site, { since, receivers }: ExportArgs): Promise<ReadonlySet<string>> {
  if (since === null) return new Set();
  const { receipt, digest } = await readSignedReceipt(since.path, site.box, receivers);
  if (digest === since.digest) return new Set(receipt.contents);
  throw new Failure('Conflict', 'The receipt is another one than when the export began', {
    on: since.path,
    hint: 'Start the export again',
  });
}

/** A folder that holds a part of this very bundle keeps its generation; any other bundle there is left alone. */
async function numbered(site: Site, folder: string, bundle: Unnumbered): Promise<Bundle> {
  const path = join(folder, bundleFile);
  const found = await readPlain(path, 64 * 2 ** 20).catch((error: unknown) => {
    throw otherBundle(folder, faultText(error));
  });
  if (found !== null) {
    const { generation } = (jsonOrNull(found.toString('utf8')) ?? {}) as Partial<Bundle>;
    const same = withGeneration(bundle, generation ?? 0);
    if (JSON.stringify(same) === found.toString('utf8')) return same;
    throw otherBundle(folder, `${bundleFile} there is of another revision or receipt`);
  }
  const left = (await readdir(folder)).find((name) => name.startsWith('segment-'));
  if (left !== undefined) throw otherBundle(folder, `${left} lies there without ${bundleFile}`);
  const generation = (await lastGeneration(site.data)) + 1;
  // Taken before it is used: no two bundles have one.
  await writeGeneration(site.data, generation);
  return withGeneration(bundle, generation);
}

const withGeneration = ({ kind, format, site, ...rest }: Unnumbered, generation: number): Bundle => ({
  kind,
  format,
  site,
  generation,
  ...rest,
});

const otherBundle = (folder: string, cause: string): Failure =>
  new Failure('Conflict', 'The folder holds another bundle', {
    on: folder,
    cause,
    hint: 'Name an empty folder, or remove what lies there; nothing was written',
  });
