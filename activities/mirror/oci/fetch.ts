// SPDX-License-Identifier: Apache-2.0
// The blobs of pinned container images: fetched by range, read again, mended. Manifests came when they were pinned.
import { bytesText, type WantedContent } from '../../../workflows/contracts/mirror/content.ts';
import type { OciManifest } from '../../../workflows/contracts/mirror/oci/pins.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { OciArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { RegistryReader } from '../../clients/oci/registry.ts';
import type { StepScope } from '../../step-scope.ts';
import { fetchContents, missingContents, removeRotten, unsoundContents } from '../contents.ts';
import { ociContents } from '../served-contents.ts';
import { budgetOf, readMarked, storeOf, type Site } from '../site.ts';

const pinsOf = (site: Site, { context }: StepScope): Promise<OciManifest> =>
  readMarked<OciManifest>(site, context, 'oci.pins');

export const wantedBlobs = ({ registries }: Pick<OciManifest, 'registries'>): WantedContent[] =>
  registries.flatMap(({ url, repositories }) =>
    repositories.flatMap(({ repository, blobs }) =>
      blobs.map((blob) => ({ ...blob, url: `${url}/v2/${repository}/blobs/sha256:${blob.digest}` })),
    ),
  );

export async function missingBlobDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return missingContents(site, 'blobs of images', wantedBlobs(await pinsOf(site, scope)));
}

export async function fetchOci(site: Site, { limits }: OciArgs, scope: StepScope): Promise<string> {
  const pins = await pinsOf(site, scope);
  const options = { store: storeOf(site), budget: budgetOf(site, limits), signal: scope.signal };
  const logins = new Map<string, { readonly reader: RegistryReader; readonly repository: string }>();
  for (const { url, repositories } of pins.registries) {
    const reader = new RegistryReader(url, options);
    for (const { repository } of repositories)
      logins.set(`${url}/v2/${repository}/blobs/`, { reader, repository });
  }
  const headersOf = async ({ url, digest }: WantedContent): Promise<Readonly<Record<string, string>>> => {
    const login = logins.get(url.slice(0, url.lastIndexOf('/') + 1));
    return login === undefined ? {} : login.reader.headers(login.repository, digest);
  };
  const bytes = await fetchContents(site, wantedBlobs(pins), limits, scope, headersOf);
  return `${bytesText(bytes)} fetched`;
}

export async function unsoundBlobDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return unsoundContents(site, ociContents(await pinsOf(site, scope)), scope);
}

export async function repairOci(site: Site, args: OciArgs, scope: StepScope): Promise<string> {
  const count = await removeRotten(site, wantedBlobs(await pinsOf(site, scope)));
  await fetchOci(site, args, scope);
  return `${count} damaged blobs replaced`;
}
