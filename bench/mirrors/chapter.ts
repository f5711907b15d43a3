// SPDX-License-Identifier: Apache-2.0
// The numbers of mirrors as tables, with what they mean.
import { bytesText } from '../../workflows/contracts/mirror/content.ts';
import { markdownTable } from '../report.ts';
import type { MirrorTimes } from './mirrors.ts';
import type { Publications } from './publishes.ts';

export const mirrorsChapter = `## Mirrors against aptly, skopeo and curl

Upstreams are generated and on loopback; \`--rounds\` says how often is published (default 100).

- **fetched twice**: what the upstream sent beyond what was wanted, for each kill. A fetch is killed by SIGKILL at random moments; aptly and skopeo once, behind three fifths. What was on the way at that moment is in it.
- **unchanged**: a refresh of one suite when the upstream says the same, with all its index work and without building.
- **the same files**: curl with four connections; **checked** is curl, then sha256sum and sync, since a mirror hashes each file and has it on the disk; **files** is the fetch of a refresh; **with index** is a refresh up to that, beside \`aptly mirror update\`.
- **torn**: a client reads what a list names, and that is not there or other bytes. Eight clients of each kind read while revisions are published one after the other; a tenth of them once more, where the program and aptly are killed on the way. Beside it: \`aptly publish switch\` with its defaults.
- **carried**: bytes on the medium of a bundle against those of the files that the far side lacks.`;

const percent = (share: number): string => `${(100 * share).toFixed(share < 0.001 ? 4 : 2)} %`;
const seconds = (value: number): string => `${value.toFixed(2)} s`;

export function mirrorsTables(times: MirrorTimes): string {
  return [
    killsTable(times),
    unchangedTable(times),
    throughputTable(times),
    manyTable(times),
    publicationsTable(times.publications),
    bundlesTable(times),
  ].join('\n\n');
}

const killsTable = ({ kills }: MirrorTimes): string =>
  markdownTable(
    ['killed fetch', 'of', 'kills', 'wanted', 'fetched twice a kill', 'of the wanted'],
    kills.map(({ tool, what, kills: count, bytes, twice }) => [
      tool,
      what,
      String(count),
      bytesText(bytes),
      bytesText(Math.round(twice / count)),
      percent(twice / count / bytes),
    ]),
  );

const unchangedTable = ({ unchanged: { metadataBytes, packages, holdfast, aptly } }: MirrorTimes): string =>
  markdownTable(
    [`unchanged, ${packages} packages`, 'bytes', `of ${bytesText(metadataBytes)}`, 'time'],
    Object.entries({ holdfast, aptly }).map(([tool, { bytes, seconds: took }]) => [
      tool,
      bytesText(bytes),
      percent(bytes / metadataBytes),
      seconds(took),
    ]),
  );

const throughputTable = ({ throughput }: MirrorTimes): string =>
  markdownTable(
    ['the same files', 'curl', 'checked', 'files', 'with index', 'aptly', '÷ curl', '÷ checked', '÷ aptly'],
    throughput.map(({ files, bytes, curl, checked, fetched, whole, aptly }) => [
      `${files}, ${bytesText(bytes)}`,
      ...[curl, checked, fetched, whole, aptly].map(seconds),
      ...[fetched / curl, fetched / checked, whole / aptly].map((ratio) => ratio.toFixed(2)),
    ]),
  );

function publicationsTable({
  publications,
  kills,
  seconds: took,
  reading,
  unfinished,
  aptly,
}: Publications): string {
  const reads = ({ whole }: Publications['reading']): number =>
    Object.values(whole).reduce((sum, each) => sum + each, 0);
  const kinds = Object.entries(reading.whole).map(([kind, count]) => `${kind} ${count}`);
  const plain = reads(aptly.reading) + aptly.reading.torn.length;
  return markdownTable(
    ['published', 'times', 'killed', 'not brought to an end', 'each', 'whole reads', 'torn'],
    [
      [
        'five kinds',
        String(publications),
        String(kills),
        String(unfinished),
        seconds(took / publications),
        `${reads(reading)} (${kinds.join(', ')})`,
        String(reading.torn.length),
      ],
      [
        'aptly alone, by path',
        String(aptly.publications),
        '0',
        '0',
        '',
        String(reads(aptly.reading)),
        `${aptly.reading.torn.length} (${percent(aptly.reading.torn.length / plain)})`,
      ],
    ],
  );
}

const manyTable = ({ many }: MirrorTimes): string =>
  markdownTable(
    ['small files by one fetch', 'time', 'memory at most'],
    many.map(({ files, seconds: took, memoryBytes }) => [
      String(files),
      seconds(took),
      bytesText(memoryBytes),
    ]),
  );

const bundlesTable = ({ bundles }: MirrorTimes): string =>
  markdownTable(
    ['bundle', 'lacking', 'carried', 'carried ÷ lacking'],
    bundles.map(({ what, wanted, carried }) => [
      what,
      bytesText(wanted),
      bytesText(carried),
      (carried / wanted).toFixed(3),
    ]),
  );
