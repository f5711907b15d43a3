// SPDX-License-Identifier: Apache-2.0
// The package sources of a box that names a mirror site of this state directory: what that publishes, and nothing else. Fetches nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { SiteSource } from '../../../workflows/contracts/box/box-spec.ts';
import { mirrorStatusFile } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { MirrorStatus } from '../../../workflows/contracts/mirror/revision.ts';
import { parseMirrorStatus } from '../../../workflows/contracts/mirror/revision.schema.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import { dataDirectory } from '../../hosts/places.ts';
import { Failure } from '../failure.ts';
import { readOwnJson } from '../state/own-files.ts';
import { recordedMirror } from '../state/recorded-mirrors.ts';
import { stanza, type DebianSources } from './debian-sources.ts';

export interface SiteSources extends DebianSources {
  /** The site that they are of. */
  readonly site: string;
}

/** Asked before packages are fetched, and only then. @throws Failure PreconditionFailed when the site publishes another revision than is named */
export async function requireRevision(stateDirectory: string, { site, revision }: SiteSource): Promise<void> {
  if (revision === undefined) return;
  const status = await statusOf(stateDirectory, site);
  if (!status.revision.startsWith(revision))
    throw unfit(site, `it publishes ${status.revision.slice(0, 16)}, the spec names ${revision}`, [
      `holdfast mirrors rollback ${site} ${revision}`,
      'or leave revision out of the spec',
    ]);
}

/** @throws Failure PreconditionFailed when the site publishes nothing, or not the suite */
export async function siteSources(
  stateDirectory: string,
  { site }: Pick<SiteSource, 'site'>,
  suite: string,
  dataOf: (site: string) => string = dataDirectory,
): Promise<SiteSources> {
  const status = await statusOf(stateDirectory, site);
  const suites = status.suites.filter((each) => isOfRelease(each.suite, suite));
  if (!suites.some((each) => each.suite === suite))
    throw unfit(site, `it has no suite ${suite}`, [
      'name the suite in a source of the mirror, then refresh it',
    ]);
  const key = await keyOf(site, dataOf(site));
  const sources = [...new Set(suites.map(({ source }) => source))];
  const root = (source: string): string => `http://${status.address}/deb/${source}`;
  const text = sources.map((source) => {
    const own = suites.filter((each) => each.source === source).map((each) => each.suite);
    return stanza(root(source), own.join(' '), key);
  });
  const main = suites.find((each) => each.suite === suite)?.source ?? '';
  return {
    site,
    text: text.join('\n'),
    mirror: root(main),
    releases: [`${root(main)}/dists/${suite}/InRelease`],
    // A proxy of this machine leads to the world; the site is beside it.
    aptOptions: [`Acquire::http::Proxy::${status.address} "DIRECT";`],
  };
}

/** The suite itself, its updates and its security updates. */
const isOfRelease = (have: string, suite: string): boolean =>
  [suite, `${suite}-updates`, `${suite}-security`].includes(have);

async function statusOf(stateDirectory: string, site: string): Promise<MirrorStatus> {
  if ((await recordedMirror(stateDirectory, site)) === null)
    throw unfit(site, 'there is no such mirror in this state directory', [
      'name one that `holdfast mirrors install` made',
    ]);
  const file = await readOwnJson(stateDirectory, mirrorStatusFile(site));
  if (file.kind === 'absent')
    throw unfit(site, 'it publishes nothing yet', [`holdfast mirrors refresh ${site}, or mirrors import`]);
  if (file.kind !== 'read') throw unfit(site, file.why, [`holdfast mirrors refresh ${site}`]);
  const parsed = parseMirrorStatus(file.value);
  if (parsed.ok) return parsed.value;
  throw unfit(site, parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '), [
    `holdfast mirrors refresh ${site}`,
  ]);
}

/** As deb822 continues a value: each line behind a blank, an empty one as a dot. */
async function keyOf(site: string, data: string): Promise<string> {
  const path = join(data, sitePaths.keys, 'archive-keyring.asc');
  const text = await readFile(path, 'utf8').catch((error: unknown) => {
    throw unfit(site, error instanceof Error ? error.message : String(error), [
      `holdfast mirrors install ${site} serves its key`,
    ]);
  });
  const lines = text.trim().split('\n');
  return `\n${lines.map((line) => ` ${line === '' ? '.' : line}`).join('\n')}`;
}

const unfit = (site: string, cause: string, next: readonly string[]): Failure =>
  new Failure('PreconditionFailed', `The mirror ${site} cannot serve the box`, {
    on: site,
    cause,
    hint: `${next.join('; ')}`,
  });
