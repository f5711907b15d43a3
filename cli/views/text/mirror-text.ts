// SPDX-License-Identifier: Apache-2.0
// What a mirror serves as text: its revision, then a line a suite, with the line for sources.list. Reads no clock.
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import type { MirrorStatus } from '../../../workflows/contracts/mirror/revision.ts';
import { aligned } from '../../terminal/columns.ts';

export function mirrorLines(name: string, status: MirrorStatus, now: number): string[] {
  const { revision, publishedAt, previous, address, suites } = status;
  const before = previous === null ? '' : `, before it ${previous.slice(0, 16)}`;
  const lines = suites.map(({ source, suite, packages, bytes, upstreamDate }) => [
    source,
    suite,
    String(packages),
    bytesText(bytes),
    ageText(upstreamDate, now),
  ]);
  const sources = suites.map(
    ({ source, suite }) =>
      `deb [signed-by=/usr/share/keyrings/${name}.gpg] http://${address}/deb/${source} ${suite} main`,
  );
  return [
    `Revision ${revision.slice(0, 16)} of ${name}, published ${ageText(publishedAt, now)}${before}`,
    '',
    ...aligned([['SOURCE', 'SUITE', 'PACKAGES', 'SIZE', 'UPSTREAM'], ...lines]),
    '',
    `Key: http://${address}/keys/archive-keyring.gpg`,
    ...sources,
  ];
}

/** `3d ago`, `5h ago`, `2min ago`. */
function ageText(time: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(time)) / 60_000));
  if (minutes < 120) return `${minutes}min ago`;
  return minutes < 2880 ? `${Math.round(minutes / 60)}h ago` : `${Math.round(minutes / 1440)}d ago`;
}
