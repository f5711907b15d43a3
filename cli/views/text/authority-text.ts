// SPDX-License-Identifier: Apache-2.0
// An authority as text: its root, its intermediates and their CRL as a tree, then what has to be done by when. Reads no clock.
import type { AuthoritySpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import type { DrillResult } from '../../../workflows/contracts/authority/drill.ts';
import type { AuthorityStatus, IntermediateStatus } from '../../records/authority-status.ts';
import { aligned } from '../../terminal/columns.ts';
import { durationText } from '../../terminal/duration.ts';

export function authorityLines(
  { name, root, profile }: AuthoritySpec,
  { rootEnds, intermediates, crl, active, todo }: AuthorityStatus,
  now: number,
): string[] {
  return [
    `Authority ${name}, generation ${profile.generation}`,
    `Root SHA-256 ${root.fingerprint}`,
    ...aligned([
      ['CERTIFICATE', 'SERIAL NUMBER', 'ENDS', '', 'STATE'],
      ['root', '', ...endOf(rootEnds, now), 'pinned'],
      ...intermediates.map((each) => intermediateLine(each, active?.generation ?? null, now)),
      ...(crl === null
        ? []
        : [[`  CRL ${crl.number} of the root`, '', ...endOf(crl.ends, now), revokedText(crl.revoked)]]),
    ]),
    '',
    ...aligned([
      ['BY', '', 'WHAT'],
      ...todo.flatMap(({ by, what, who, command }) => [
        [...(by === null ? ['now', ''] : endOf(by, now)), what],
        ['', '', `${who}: ${command}`],
      ]),
    ]),
  ];
}

const revokedText = (revoked: readonly string[]): string =>
  revoked.length === 0 ? 'revokes nothing' : `revokes ${revoked.join(' ')}`;

function intermediateLine(
  { generation, serialNumber, ends, state, seal, folder }: IntermediateStatus,
  active: number | null,
  now: number,
): string[] {
  const what = `  intermediate ${generation}`;
  if (ends === null) return [what, serialNumber, '', '', `${state}; records in ${folder}`];
  const sealed = seal === null ? '' : `, SHA-256 ${seal}`;
  const issues = active === generation ? ', step-ca issues by it' : '';
  return [what, serialNumber, ...endOf(ends, now), `${state}${sealed}${issues}`];
}

function endOf(time: string, now: number): [string, string] {
  const days = Math.floor((Date.parse(time) - now) / 86_400_000);
  return [time.slice(0, 10), days < 0 ? 'over' : `in ${days}d`];
}

/** How long each part of a drill took, waits for people included. */
export function drillLines({ authority, generation, next, seconds, parts }: DrillResult): string[] {
  return [
    `Intermediate ${next} of ${authority} replaced intermediate ${generation} in ${durationText(seconds * 1000)}`,
    ...aligned([
      ['PART', 'TOOK', 'RUN'],
      ...parts.map(({ part, run, seconds: own }) =>
        run === null ? [part, '', 'was so before'] : [part, durationText(own * 1000), run],
      ),
    ]),
  ];
}
