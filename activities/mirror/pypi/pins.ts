// SPDX-License-Identifier: Apache-2.0
// Pins the pages that Python indexes have of the named projects.
import { join } from 'node:path';
import { hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import {
  serialKey,
  serialsOf,
  type IndexPins,
  type ProjectPin,
  type PypiManifest,
  type PypiPins,
} from '../../../workflows/contracts/mirror/pypi/pins.ts';
import type { SiteRevision } from '../../../workflows/contracts/mirror/revision.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { PypiArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { Failure } from '../../clients/failure.ts';
import { pinProject } from '../../clients/pypi/pin-project.ts';
import type { StepScope } from '../../step-scope.ts';
import { readPublished } from '../pointer.ts';
import { budgetOf, isMarked, readStored, storeMarked, storeOf, type Site } from '../site.ts';

export async function pypiPinDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'pypi.pins')) return [];
  const want = `pinned by the run ${context.nonce}`;
  return [{ what: 'pages of Python indexes', have: 'none of this run', want }];
}

export async function pinPypi(site: Site, args: PypiArgs, scope: StepScope): Promise<string> {
  const pins = await readIndexes(site, args, scope);
  await refuseOlder(site, pins);
  await storeMarked(site, scope.context, 'pypi.pins', pins);
  return pins.indexes.map(({ index, projects }) => `${projects.length} projects of ${index}`).join(', ');
}

/** Asks every index. Changes nothing but the content store and what is remembered of answers. */
export async function readIndexes(site: Site, args: PypiArgs, scope: StepScope): Promise<PypiPins> {
  const options = {
    store: storeOf(site),
    memory: join(site.data, sitePaths.upstream),
    budget: budgetOf(site, args.limits),
    signal: scope.signal,
  };
  const indexes: IndexPins[] = [];
  for (const { name, url, projects } of args.indexes) {
    const pins: ProjectPin[] = [];
    for (const project of projects) {
      scope.tell(`page of ${project.name} in ${name}`);
      pins.push(await pinProject(url, project.name, options));
    }
    indexes.push({ index: name, url, projects: pins });
  }
  return { indexes };
}

/** A cache before an index may answer with a page of last week. */
async function refuseOlder(site: Site, pins: PypiPins): Promise<void> {
  const published = await readPublished(site);
  if (published === null) return;
  const { pypi } = await readStored<SiteRevision>(site, published.revision);
  if (pypi === undefined) return;
  const { serials: last } = await readStored<PypiManifest>(site, pypi);
  const serials = serialsOf(pins);
  for (const pinned of pins.indexes)
    for (const { project } of pinned.projects) {
      const key = serialKey(pinned, project);
      const [have, want] = [serials[key], last[key]];
      if (want === undefined || (have !== undefined && have >= want)) continue;
      throw new Failure('Rejected', `The page of ${project} is older than the one published`, {
        on: hostOfUrl(pinned.url),
        cause: `its serial is ${have ?? 'not told'}, the published one's ${want}`,
        hint: 'Wait until the upstream has caught up, or name another url for the index',
      });
    }
}
