// SPDX-License-Identifier: Apache-2.0
// Takes over the manifests of the published revision, for the kinds that a run does not refresh. Fetches nothing.
import { mirrorKinds } from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { SiteRevision } from '../../workflows/contracts/mirror/revision.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { KeptArgs } from '../../workflows/ports/mirror/mirror.ts';
import { Failure } from '../clients/failure.ts';
import type { StepScope } from '../step-scope.ts';
import { readPublished } from './pointer.ts';
import { readMark, readStored, writeMark, type Site } from './site.ts';
import { carryTrial } from './smoke-record.ts';

export async function keptDifferences(
  site: Site,
  { kinds }: KeptArgs,
  { context }: StepScope,
): Promise<Difference[]> {
  const published = await publishedManifests(site);
  const differences: Difference[] = [];
  for (const kind of kinds) {
    const have = await readMark(site, context, `${kind}.manifest`);
    const want = published?.manifests[kind];
    const from = await readMark(site, context, `${kind}.kept`);
    if (have === null || have !== want || from !== published?.revision)
      differences.push({
        what: `manifest of ${kind}`,
        have: have?.slice(0, 16) ?? 'none of this run',
        want: want?.slice(0, 16) ?? 'published once',
      });
  }
  return differences;
}

/** @throws Failure PreconditionFailed for a kind that was never published */
export async function keepKinds(site: Site, { kinds }: KeptArgs, { context }: StepScope): Promise<string> {
  const published = await publishedManifests(site);
  for (const kind of kinds) {
    const manifest = published?.manifests[kind];
    if (published === null || manifest === undefined)
      throw new Failure('PreconditionFailed', `${site.box} publishes nothing of the kind ${kind} yet`, {
        on: site.data,
        hint: `holdfast mirrors refresh ${site.box}, then change it again`,
      });
    await writeMark(site, context, `${kind}.manifest`, manifest);
    await writeMark(site, context, `${kind}.kept`, published.revision);
  }
  return kinds.join(', ');
}

interface PublishedManifests {
  readonly revision: string;
  readonly manifests: SiteRevision;
}

async function publishedManifests(site: Site): Promise<PublishedManifests | null> {
  const published = await readPublished(site);
  if (published === null) return null;
  const { revision } = published;
  return { revision, manifests: await readStored<SiteRevision>(site, revision) };
}

/** What a client took before it need not take again: its record goes over to the revision of the run. */
export async function carryKeptTrials(
  site: Site,
  run: StepScope['context'],
  revision: string,
): Promise<void> {
  for (const kind of mirrorKinds) {
    const from = await readMark(site, run, `${kind}.kept`);
    if (from !== null) await carryTrial(site, kind, { from, to: revision });
  }
}
