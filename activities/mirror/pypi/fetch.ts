// SPDX-License-Identifier: Apache-2.0
// The files of a run's plan of Python indexes, with the metadata beside them: fetched, read again, mended.
import { bytesText, type Content } from '../../../workflows/contracts/mirror/content.ts';
import type { PlannedFile, PypiPlan } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { PypiArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { fetchSmall } from '../../clients/content/fetch-small.ts';
import { Detached, type StepScope } from '../../step-scope.ts';
import {
  fetchContents,
  missingContents,
  removeRotten,
  unsoundContents,
  type NamedContent,
} from '../contents.ts';
import { budgetOf, readMarked, storeOf, type Site } from '../site.ts';

const filesOf = async (site: Site, { context }: StepScope): Promise<readonly PlannedFile[]> =>
  (await readMarked<PypiPlan>(site, context, 'pypi.plan')).files;

export async function missingFileDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const files = await filesOf(site, scope);
  const missing = await missingMetadata(site, files);
  const differences = await missingContents(site, 'Python files', files);
  if (missing.length === 0) return differences;
  const have = `${missing.length} missing`;
  return [...differences, { what: 'metadata of Python files', have, want: 'all here' }];
}

type Metadata = NonNullable<PlannedFile['metadata']>;

async function missingMetadata(site: Site, files: readonly PlannedFile[]): Promise<Metadata[]> {
  const missing: Metadata[] = [];
  for (const { metadata } of files)
    if (metadata !== null && (await storeOf(site).sizeOf(metadata.digest)) === null) missing.push(metadata);
  return missing;
}

export async function fetchPypi(site: Site, { limits }: PypiArgs, scope: StepScope): Promise<string> {
  const files = await filesOf(site, scope);
  let bytes = await fetchContents(site, files, limits, scope);
  const { signal } = scope;
  for (const each of await missingMetadata(site, files)) {
    if (signal.aborted) throw new Detached();
    bytes += await fetchSmall(storeOf(site), each, { budget: budgetOf(site, limits), signal });
  }
  return `${bytesText(bytes)} fetched`;
}

export async function unsoundFileDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return unsoundContents(site, await namedContents(site, await filesOf(site, scope)), scope);
}

export async function repairPypi(site: Site, args: PypiArgs, scope: StepScope): Promise<string> {
  const count = await removeRotten(site, await namedContents(site, await filesOf(site, scope)));
  await fetchPypi(site, args, scope);
  return `${count} damaged files replaced`;
}

/** Metadata that is not here counts as empty: its digest says that it is not. */
async function namedContents(site: Site, files: readonly PlannedFile[]): Promise<NamedContent[]> {
  const named: NamedContent[] = [];
  for (const { filename, digest, size, metadata } of files) {
    named.push({ name: filename, digest, size });
    if (metadata !== null)
      named.push({ name: `${filename}.metadata`, ...(await metadataContent(site, metadata)) });
  }
  return named;
}

export async function metadataContent(site: Site, { digest }: Metadata): Promise<Content> {
  return { digest, size: (await storeOf(site).sizeOf(digest)) ?? 0 };
}
