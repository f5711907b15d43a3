// SPDX-License-Identifier: Apache-2.0
// The record of a trial: which client took which revision.
import { join } from 'node:path';
import { mirrorKinds } from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { TrialStatus } from '../../workflows/contracts/mirror/revision.ts';
import { sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { parseObject, readDerived } from '../clients/state/records.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { settleLiveJobs, type StepScope } from '../step-scope.ts';
import { readMark, type Site } from './site.ts';

type Kind = TrialStatus['kind'];

/** True once this very client took the revision of the run. */
export async function trialDifferences(
  site: Site,
  kind: Kind,
  client: string,
  scope: StepScope,
): Promise<Difference[]> {
  if (scope.context.epoch > 0) await settleLiveJobs(site.host, scope);
  const revision = (await readMark(site, scope.context, 'revision')) ?? '';
  const have = await readDerived(recordPath(site, kind, revision), parseRecord);
  if (have !== null && have !== 'damaged' && have.revision === revision && have.client === client) return [];
  return [{ what: 'trial of the staged revision', have: have === null ? 'none' : 'another', want: client }];
}

export async function recordTrial(
  site: Site,
  kind: Kind,
  client: string,
  { context }: StepScope,
): Promise<void> {
  const revision = (await readMark(site, context, 'revision')) ?? '';
  const text = `${JSON.stringify({ revision, client })}\n`;
  await writeFileAtomically(recordPath(site, kind, revision), text, 0o644);
}

/** Nothing where no client took it. Idempotent. */
export async function carryTrial(
  site: Site,
  kind: Kind,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  const found = await readDerived(recordPath(site, kind, from), parseRecord);
  if (found === null || found === 'damaged' || from === to) return;
  const text = `${JSON.stringify({ revision: to, client: found.client })}\n`;
  await writeFileAtomically(recordPath(site, kind, to), text, 0o644);
}

/** Clients that took a revision. */
export async function trialsOf(site: Site, revision: string): Promise<TrialStatus[]> {
  const trials: TrialStatus[] = [];
  for (const kind of mirrorKinds) {
    const found = await readDerived(recordPath(site, kind, revision), parseRecord);
    if (found !== null && found !== 'damaged') trials.push({ kind, client: found.client });
  }
  return trials;
}

interface TrialRecord {
  readonly revision: string;
  readonly client: string;
}

const recordPath = ({ data }: Site, kind: Kind, revision: string): string =>
  join(data, sitePaths.revisions, `${revision}.smoke-${kind}.json`);

function parseRecord(text: string): TrialRecord {
  const { revision, client } = parseObject(text);
  if (typeof revision === 'string' && typeof client === 'string') return { revision, client };
  throw new Error('not a record of a trial');
}
