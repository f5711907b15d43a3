// SPDX-License-Identifier: Apache-2.0
// The revision and manifests that a bundle brought, parsed before anything is built of them: what is in the store is only whole.
import {
  parseAnsibleManifest,
  parseDebManifest,
  parseGitManifest,
  parseOciManifest,
  parsePypiManifest,
  parseRevision,
} from '../../../workflows/contracts/mirror/manifest.schema.ts';
import type { Bundle } from '../../../workflows/contracts/mirror/bundle.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import { Failure } from '../../clients/failure.ts';
import type { RevisionParts } from '../served-contents.ts';
import { readStored, type Site } from '../site.ts';

/** @throws Failure Rejected for what is gone, damaged, malformed, or of other sources than the bundle names */
export async function bundledParts(
  site: Site,
  {
    revision: digest,
    deb: sources,
    pypi: indexes,
    oci: registries,
    ansible: servers = [],
    git: repositories = [],
  }: Bundle,
): Promise<RevisionParts> {
  const revision = await parsed(site, digest, parseRevision);
  const deb = revision.deb === undefined ? null : await parsed(site, revision.deb, parseDebManifest);
  const pypi = revision.pypi === undefined ? null : await parsed(site, revision.pypi, parsePypiManifest);
  const oci = revision.oci === undefined ? null : await parsed(site, revision.oci, parseOciManifest);
  const ansible =
    revision.ansible === undefined ? null : await parsed(site, revision.ansible, parseAnsibleManifest);
  requireNames(digest, sources, [
    ...(deb?.suites ?? []).map(({ source }) => source),
    ...(deb?.pins.sources ?? []).map(({ source }) => source),
  ]);
  requireNames(
    digest,
    indexes,
    (pypi?.indexes ?? []).map(({ index }) => index),
  );
  requireNames(
    digest,
    registries,
    (oci?.registries ?? []).map(({ registry }) => registry),
  );
  const git = revision.git === undefined ? null : await parsed(site, revision.git, parseGitManifest);
  requireNames(
    digest,
    repositories,
    (git?.repositories ?? []).map(({ repository }) => repository),
  );
  requireNames(
    digest,
    servers,
    (ansible?.servers ?? []).map(({ server }) => server),
  );
  return { revision, deb, pypi, oci, ansible, git };
}

async function parsed<T>(site: Site, digest: string, parse: (raw: unknown) => Parsed<T>): Promise<T> {
  const outcome = parse(await readStored<unknown>(site, digest));
  if (outcome.ok) return outcome.value;
  const shown = outcome.issues.slice(0, 3).map(({ path, message }) => `${path}: ${message}`);
  throw unusable(digest, shown.join('; '));
}

function requireNames(
  digest: string,
  wanted: readonly { readonly name: string }[],
  found: readonly string[],
): void {
  const names = new Set(wanted.map(({ name }) => name));
  const others = found.filter((name) => !names.has(name));
  const lacking = [...names].filter((name) => !found.includes(name));
  if (others.length + lacking.length === 0) return;
  throw unusable(
    digest,
    `its sources are ${found.join(', ') || 'none'}, the bundle's ${[...names].join(', ')}`,
  );
}

const unusable = (on: string, cause: string): Failure =>
  new Failure('Rejected', 'The revision of the bundle cannot be used', {
    on,
    cause,
    hint: 'Nothing of it is served. Export the bundle anew with this release of holdfast, then import that',
  });
