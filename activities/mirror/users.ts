// SPDX-License-Identifier: Apache-2.0
// Whether the boxes that take their packages from a site can go on doing so. Changes nothing.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { requireSuites, siteUserTexts, usersOfSite } from '../clients/state/site-users.ts';
import type { StepScope } from '../step-scope.ts';
import { readPublished } from './pointer.ts';
import { partsOfRevision, type RevisionParts } from './served-contents.ts';
import { readMark, type Site } from './site.ts';

/** A difference for each box that takes its packages from the site, and for each that may do so. */
export async function userDifferences(stateDirectory: string, site: string): Promise<Difference[]> {
  const texts = siteUserTexts(await usersOfSite(stateDirectory, site), site);
  return texts.map((text) => {
    const [have = '', want = ''] = text.split('; next: ');
    return { what: `users of ${site}`, have, want };
  });
}

/** Before a revision takes the place of the published one. @throws Failure PreconditionFailed, see requireSuites */
export async function requireServedSuites(
  stateDirectory: string,
  site: Site,
  { context }: StepScope,
): Promise<void> {
  const published = await readPublished(site);
  const revision = await readMark(site, context, 'revision');
  if (published === null || revision === null || published.revision === revision) return;
  const served = suitesOf(await partsOfRevision(site, published.revision));
  await requireSuites(stateDirectory, site.box, {
    served,
    next: suitesOf(await partsOfRevision(site, revision)),
  });
}

const suitesOf = ({ deb }: RevisionParts): string[] => (deb?.suites ?? []).map(({ suite }) => suite);
