// SPDX-License-Identifier: Apache-2.0
// Whether what a part of a drill is to bring about is so, by records and by what a client of the box is served. Changes nothing.
import { X509Certificate } from 'node:crypto';
import type { DrillPartArgs, PartEnd } from '../../../workflows/contracts/authority/drill.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { activationOf } from '../../clients/ca/activation-record.ts';
import { CeremonyRecords } from '../../clients/ca/ceremony-records.ts';
import { pem } from '../../clients/ca/pem.ts';
import { pinnedRoot } from '../../clients/ca/root.ts';
import { isListed } from '../../clients/ca/signed-crls.ts';
import { servedLeaf } from '../../clients/machine/served-leaf.ts';
import type { Runs } from './temporal-runs.ts';

/** A run that goes on may have more to do than what is looked at here. */
export async function partDifferences(
  state: string,
  { authority, run, end }: DrillPartArgs,
  runs: Pick<Runs, 'describe'>,
): Promise<Difference[]> {
  if ((await runs.describe(run.id))?.status === 'RUNNING')
    return [{ what: run.id, have: 'running', want: 'ended' }];
  return endDifferences(state, authority, end);
}

async function endDifferences(state: string, authority: string, end: PartEnd): Promise<Difference[]> {
  if (end.kind === 'revoked') return revokedDifferences(state, authority, end.serial);
  const what = `intermediate ${end.generation}`;
  if (end.kind === 'sealed') {
    const seal = await new CeremonyRecords(state, { authority, generation: end.generation }).seal();
    return seal === null ? [{ what, have: 'not issued', want: 'issued, its records sealed' }] : [];
  }
  if (end.kind === 'active') {
    const active = await activationOf(state, authority);
    if (active?.generation === end.generation) return [];
    return [
      { what: 'active intermediate', have: `${active?.generation ?? 'none'}`, want: `${end.generation}` },
    ];
  }
  return servedDifferences(state, authority, end);
}

async function revokedDifferences(state: string, authority: string, serial: string): Promise<Difference[]> {
  if (await isListed(state, authority, serial)) return [];
  return [{ what: `certificate ${serial}`, have: 'valid', want: 'revoked' }];
}

/** As a client sees it that trusts the root alone, at each port. */
async function servedDifferences(
  state: string,
  authority: string,
  { generation, name, address, ports }: Extract<PartEnd, { kind: 'served' }>,
): Promise<Difference[]> {
  const records = new CeremonyRecords(state, { authority, generation });
  const { root } = await records.requireCeremony();
  const issuer = new X509Certificate(await records.require('certificate'));
  const trusted = pem('CERTIFICATE', pinnedRoot(root).der);
  const leaves = await Promise.all(ports.map((port) => servedLeaf({ name, address, root: trusted }, port)));
  return leaves.flatMap((leaf, index): Difference[] => {
    const what = `certificate of ${name} at port ${ports[index]}`;
    const want = `issued by intermediate ${generation}`;
    if (typeof leaf === 'string') return [{ what, have: leaf, want }];
    const isOurs = leaf.checkIssued(issuer) && leaf.verify(issuer.publicKey);
    return isOurs ? [] : [{ what, have: `issued by ${leaf.issuer}`, want }];
  });
}
