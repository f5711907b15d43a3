// SPDX-License-Identifier: Apache-2.0
// An authority as text: its root, its intermediates and their CRLs, with the days that are left. Reads no clock.
import type { AuthoritySpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { aligned } from '../../terminal/columns.ts';
import type { CeremonyStatus } from '../../records/ceremony-records.ts';

export function authorityLines(
  { name, root, profile }: AuthoritySpec,
  ceremonies: readonly CeremonyStatus[],
  now: number,
): string[] {
  const newest = ceremonies.findLast(({ verification }) => verification !== null)?.verification;
  return [
    `Authority ${name}, generation ${profile.generation}`,
    `Root SHA-256 ${root.fingerprint}`,
    ...aligned([
      ['CERTIFICATE', 'SERIAL NUMBER', 'ENDS', '', 'STATE'],
      ...(newest == null ? [] : [['root', '', ...endOf(newest.ends.root, now), 'pinned']]),
      ...ceremonies.flatMap((each) => linesOf(each, now)),
    ]),
  ];
}

function linesOf(
  { generation, ceremony, verification, seal, folder }: CeremonyStatus,
  now: number,
): string[][] {
  const { serialNumber, crlNumber } = ceremony;
  const what = `intermediate ${generation}`;
  if (verification === null) return [[what, serialNumber, '', '', `in a ceremony; records in ${folder}`]];
  const state = seal === null ? 'verified, not sealed' : `sealed, SHA-256 ${seal.digest}`;
  return [
    [what, serialNumber, ...endOf(verification.ends.certificate, now), state],
    [`CRL ${crlNumber} of the root`, '', ...endOf(verification.ends.crl, now), 'verified'],
  ];
}

function endOf(time: string, now: number): [string, string] {
  const days = Math.floor((Date.parse(time) - now) / 86_400_000);
  return [time.slice(0, 10), days < 0 ? 'over' : `in ${days}d`];
}
