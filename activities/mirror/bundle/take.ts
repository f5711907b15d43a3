// SPDX-License-Identifier: Apache-2.0
// Takes a bundle from a medium into the content store: admits it by its signatures, then segment by segment. Serves nothing.
import { join } from 'node:path';
import { segmentsOf, type Bundle, type Segment } from '../../../workflows/contracts/mirror/bundle.ts';
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { AdmitArgs } from '../../../workflows/ports/mirror/bundle.ts';
import { readSignedBundle } from '../../clients/bundle/bundle-file.ts';
import { readReceived } from '../../clients/bundle/ledger.ts';
import { bytesToTake, isTaken, isThere, joinPieces, takeSegment } from '../../clients/bundle/segments.ts';
import { Failure } from '../../clients/failure.ts';
import { Detached, type StepScope } from '../../step-scope.ts';
import { removeOldRuns } from '../runs.ts';
import { isMarked, readMark, readMarked, storeOf, writeMark, type Site } from '../site.ts';
import { requireRoom } from './room.ts';

/** What a content takes at most: in the store, and in aptly's pool. */
const copiesOfContent = 2;

export async function admittedDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'bundle')) return [];
  return [{ what: 'bundle', have: 'none of this run', want: 'admitted' }];
}

/** Read again under the lease: nobody else has published since the run began. */
export async function admit(site: Site, args: AdmitArgs, { context }: StepScope): Promise<string> {
  const { folder, receives } = args;
  const { bundle, bytes, digest } = await readSignedBundle(folder, receives, await readReceived(site.data));
  if (digest !== args.bundle)
    throw new Failure('Conflict', 'Another bundle lies there than when the import began', {
      on: folder,
      hint: `Start the import again: holdfast mirrors import ${site.box} ${folder}`,
    });
  await removeOldRuns(site, context.nonce);
  const store = storeOf(site);
  const wanted = await bytesToTake(store, bundle.contents);
  await requireRoom(site.data, copiesOfContent * wanted, 'what the bundle carries');
  await store.put(bytes);
  await writeMark(site, context, 'bundle', digest);
  return `generation ${bundle.generation} of ${bundle.site}: ${bytesText(wanted)} to take`;
}

interface Taking {
  readonly segments: readonly Segment[];
  readonly incoming: string;
}

async function takingOf(site: Site, { context }: StepScope): Promise<Taking> {
  const digest = (await readMark(site, context, 'bundle')) ?? '';
  const segments = segmentsOf(await readMarked<Bundle>(site, context, 'bundle'));
  return { segments, incoming: join(site.data, sitePaths.incoming, digest) };
}

async function missingSegments(site: Site, { segments, incoming }: Taking): Promise<Segment[]> {
  const missing: Segment[] = [];
  for (const segment of segments)
    if (!(await isTaken(storeOf(site), incoming, segment))) missing.push(segment);
  return missing;
}

export async function segmentDifferences(
  site: Site,
  { folder }: Pick<AdmitArgs, 'folder'>,
  scope: StepScope,
): Promise<Difference[]> {
  const missing = await missingSegments(site, await takingOf(site, scope));
  return missing.map(({ name }) => ({ what: name, have: 'not taken', want: `from ${folder}` }));
}

/** Takes what the medium has. @throws Failure NeedsOperator naming the segments that another medium must have; Detached */
export async function takeSegments(
  site: Site,
  { folder }: Pick<AdmitArgs, 'folder'>,
  scope: StepScope,
): Promise<string> {
  const taking = await takingOf(site, scope);
  const { segments, incoming } = taking;
  const { signal, tell } = scope;
  const missing = await missingSegments(site, taking);
  const absent: string[] = [];
  let bytes = 0;
  for (const segment of missing) {
    if (signal.aborted) throw new Detached();
    if (!(await isThere(folder, segment))) {
      absent.push(segment.name);
      continue;
    }
    const onBytes = (more: number): void => {
      bytes += more;
      tell(`${segment.name}: ${bytesText(bytes)} taken`);
    };
    await takeSegment(storeOf(site), folder, incoming, segment, { signal, onBytes }).catch(
      (error: unknown) => {
        throw signal.aborted ? new Detached() : error;
      },
    );
  }
  await joinPieces(storeOf(site), incoming, segments);
  if (absent.length > 0) throw mediumWanted(folder, absent);
  return `${missing.length} of ${segments.length} segments, ${bytesText(bytes)} taken`;
}

function mediumWanted(folder: string, absent: readonly string[]): Failure {
  const shown = absent.slice(0, 5).join(', ');
  const rest = absent.length > 5 ? ` and ${absent.length - 5} more` : '';
  return new Failure('NeedsOperator', `${absent.length} segments are on no medium that was there`, {
    on: folder,
    cause: `missing: ${shown}${rest}`,
    hint: `Mount the medium that has them at ${folder}, then resolve the step with --retry; what was taken stays`,
  });
}
