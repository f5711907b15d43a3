// SPDX-License-Identifier: Apache-2.0
// Acknowledges a published bundle: from then on it is refused, and the near site may leave out what the receipt lists.
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { Bundle, Receipt } from '../../../workflows/contracts/mirror/bundle.ts';
import { receiptFile } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { ReceiptArgs } from '../../../workflows/ports/mirror/bundle.ts';
import { readReceived, writeReceived } from '../../clients/bundle/ledger.ts';
import { receiptText } from '../../clients/bundle/receipt-file.ts';
import { Failure } from '../../clients/failure.ts';
import type { SecretStore } from '../../clients/secrets/secret-store.ts';
import { modeOf, writeFileAtomically } from '../../clients/state/local-files.ts';
import type { StepScope } from '../../step-scope.ts';
import { readPublications, readPublished } from '../pointer.ts';
import { digestsOfRevision, partsOfRevision } from '../served-contents.ts';
import { readMark, readMarked, type Site } from '../site.ts';
import { bundleKey } from './key.ts';

export async function receiptDifferences(
  site: Site,
  stateDirectory: string,
  scope: StepScope,
): Promise<Difference[]> {
  const { site: from, generation } = await readMarked<Bundle>(site, scope.context, 'bundle');
  const digest = await readMark(site, scope.context, 'bundle');
  const path = join(stateDirectory, receiptFile(site.box, from, generation));
  const received = await readReceived(site.data);
  return [
    ...((await modeOf(path)) === null ? [{ what: path, have: 'absent', want: 'written' }] : []),
    ...(received?.bundle === digest
      ? []
      : [
          {
            what: 'last imported bundle',
            have: String(received?.generation ?? 'none'),
            want: String(generation),
          },
        ]),
  ];
}

export async function writeReceipt(
  site: Site,
  stateDirectory: string,
  { key }: ReceiptArgs,
  scope: StepScope,
  secrets: SecretStore,
): Promise<string> {
  const { site: from, generation, revision } = await readMarked<Bundle>(site, scope.context, 'bundle');
  const bundle = (await readMark(site, scope.context, 'bundle')) ?? '';
  const published = await readPublished(site);
  if (published?.revision !== revision)
    throw new Failure('PreconditionFailed', 'The revision of the bundle is not published', { on: site.box });
  const receipt: Receipt = {
    kind: 'receipt',
    format: 1,
    site: from,
    receiver: site.box,
    generation,
    bundle,
    revision,
    publishedAt: published.publishedAt,
    contents: await heldContents(site),
  };
  const path = join(stateDirectory, receiptFile(site.box, from, generation));
  await writeFileAtomically(path, receiptText(receipt, await bundleKey(site, key, secrets)), 0o600);
  await writeReceived(site.data, { site: from, generation, bundle });
  await rm(join(site.data, sitePaths.incoming), { recursive: true, force: true });
  return path;
}

/** Of all kept revisions: what none of them names may be removed any day. */
async function heldContents(site: Site): Promise<string[]> {
  const held = new Set<string>();
  for (const { revision } of await readPublications(site))
    for (const digest of digestsOfRevision(revision, await partsOfRevision(site, revision))) held.add(digest);
  return [...held].sort();
}
