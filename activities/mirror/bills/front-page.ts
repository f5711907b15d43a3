// SPDX-License-Identifier: Apache-2.0
// The page that lists the revisions of a site, where clients read it.
import { join } from 'node:path';
import { frontPage } from '../../../workflows/contracts/mirror/pages.ts';
import { frontPageFile, sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import { publishedDigest, readPublications } from '../pointer.ts';
import type { Site } from '../site.ts';

const pathOf = ({ data }: Site): string => join(data, sitePaths.bills, frontPageFile);

const textOf = async (site: Site): Promise<string> =>
  frontPage(site.box, await publishedDigest(site), await readPublications(site));

export async function frontPageDifferences(site: Site): Promise<Difference[]> {
  if ((await readText(pathOf(site))) === (await textOf(site))) return [];
  return [{ what: pathOf(site), have: 'absent or another', want: 'of the kept revisions' }];
}

/** Idempotent. */
export async function writeFrontPage(site: Site): Promise<void> {
  await writeFileAtomically(pathOf(site), await textOf(site), 0o644);
}
