// SPDX-License-Identifier: Apache-2.0
// Writes the bill of materials of a run's revision and its page, with the difference to the published one, where clients read them.
import { mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { nothing } from '../../../workflows/contracts/mirror/revision.ts';
import { revisionPage } from '../../../workflows/contracts/mirror/pages.ts';
import {
  billOf,
  differenceOf,
  type BillDifference,
  type BillOfMaterials,
} from '../../../workflows/contracts/mirror/sbom.ts';
import {
  billFile,
  differenceFile,
  pageFile,
  sitePaths,
} from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import type { StepScope } from '../../step-scope.ts';
import { partsOfRevision } from '../served-contents.ts';
import { readMark, type Site } from '../site.ts';

export async function billDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const { path, text } of await wantedBills(site, scope)) {
    const have = await readText(path);
    if (have !== text)
      differences.push({ what: path, have: have === null ? 'absent' : 'another', want: 'of the revision' });
  }
  return differences;
}

export async function writeBills(site: Site, scope: StepScope): Promise<string> {
  const bills = await wantedBills(site, scope);
  for (const { path, text } of bills) {
    await mkdir(dirname(path), { recursive: true, mode: 0o755 });
    await writeFileAtomically(path, text, 0o644);
  }
  return bills.map(({ summary }) => summary).join('; ');
}

interface WantedBill {
  readonly path: string;
  readonly text: string;
  readonly summary: string;
}

async function wantedBills(site: Site, { context }: StepScope): Promise<WantedBill[]> {
  const revision = (await readMark(site, context, 'revision')) ?? '';
  const expected = (await readMark(site, context, 'expected')) ?? nothing;
  const bill = await billOfRevision(site, revision);
  // A refresh that changes nothing keeps the difference that was written when it did.
  const isSame = expected === revision;
  const before = expected === nothing ? null : await billOfRevision(site, expected);
  const found = differenceOf(before, bill);
  const { added, removed, replaced, ...ends } = found;
  const folder = join(site.data, sitePaths.bills);
  const billed: WantedBill = {
    path: join(folder, billFile(revision)),
    text: `${JSON.stringify(bill)}\n`,
    summary: `${bill.components.length} files`,
  };
  const path = join(folder, pageFile(revision));
  const page = (known: BillDifference | null): WantedBill => ({
    path,
    text: revisionPage(bill, known),
    summary: 'page written',
  });
  if (isSame) return (await readText(path)) === null ? [billed, page(null)] : [billed];
  const difference: WantedBill = {
    path: join(folder, differenceFile(revision)),
    text: `${JSON.stringify({ ...ends, added, removed, replaced }, null, 2)}\n`,
    summary: `${added.length} added, ${removed.length} removed, ${replaced.length} replaced`,
  };
  return [billed, difference, page(found)];
}

async function billOfRevision(site: Site, revision: string): Promise<BillOfMaterials> {
  const { deb, pypi, oci, ansible, git } = await partsOfRevision(site, revision);
  return billOf({ site: site.box, revision, deb, pypi, oci, ansible, git });
}
