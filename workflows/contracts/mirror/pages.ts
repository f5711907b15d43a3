// SPDX-License-Identifier: Apache-2.0
// What a browser shows of a mirror: a page for each revision, and one that lists them. Without a script, and without a time of its
// making: the same revision has the same page. Pure.
import { bytesText } from './content.ts';
import type { Publications } from './publications.ts';
import type { BillDifference, BillOfMaterials } from './sbom.ts';
import { billFile, differenceFile, pageFile } from './site-paths.ts';

/** Lines of one list: the rest stands in the bill. */
const linesMax = 1000;

/** `difference`: to the revision that was published before; null: not known any more. */
export function revisionPage(bill: BillOfMaterials, difference: BillDifference | null): string {
  const { name: site, version: revision } = bill.metadata.component;
  const components = bill.components.map(componentOf);
  return page(`Revision ${revision.slice(0, 16)} of ${site}`, [
    `<p>${escaped(revision)}</p>`,
    `<p><a href="${billFile(revision)}">Bill of materials</a> (CycloneDX 1.6) · <a href="./">All revisions</a></p>`,
    '<h2>Kinds</h2>',
    table(['KIND', 'SOURCE', 'FILES', 'SIZE'], amounts(components)),
    ...differenceParts(revision, difference),
    '<h2>Contents</h2>',
    ...contents(components),
  ]);
}

interface PageComponent {
  readonly kind: string;
  readonly source: string;
  readonly name: string;
  readonly version: string;
  /** Bytes; null: it is not a file, such as a ref of a repository. */
  readonly size: number | null;
  readonly digest: string;
}

function componentOf({
  name,
  version,
  hashes,
  properties,
}: BillOfMaterials['components'][number]): PageComponent {
  const property = (key: string): string =>
    properties.find((each) => each.name === `holdfast:${key}`)?.value ?? '';
  const size = property('size');
  return {
    kind: property('kind'),
    source: property('source'),
    name,
    version,
    size: size === '' ? null : Number(size),
    digest: hashes[0]?.content ?? '',
  };
}

/** A line for each source, in the order of the bill. */
function amounts(components: readonly PageComponent[]): string[][] {
  const sources = new Map<string, { kind: string; source: string; files: Map<string, number> }>();
  for (const { kind, source, size, digest } of components) {
    const key = `${kind} ${source}`;
    const found = sources.get(key) ?? { kind, source, files: new Map<string, number>() };
    sources.set(key, found);
    // One that several names lead to is stored once.
    if (size !== null) found.files.set(digest, size);
  }
  return [...sources.values()].map(({ kind, source, files }) => [
    kind,
    source,
    String(files.size),
    bytesText([...files.values()].reduce((sum, size) => sum + size, 0)),
  ]);
}

function differenceParts(revision: string, difference: BillDifference | null): string[] {
  if (difference === null) return [];
  const { from, added, removed, replaced } = difference;
  const before =
    from === null
      ? 'Nothing was published before.'
      : `Since <a href="${pageFile(from)}">revision ${escaped(from.slice(0, 16))}</a>, <a href="${differenceFile(revision)}">as JSON</a>.`;
  const list = (title: string, purls: readonly string[]): string[] =>
    purls.length === 0
      ? []
      : [
          `<details><summary>${purls.length} ${title}</summary><ul>`,
          ...purls.slice(0, linesMax).map((purl) => `<li>${escaped(purl)}</li>`),
          `</ul>${more(purls.length)}</details>`,
        ];
  return [
    '<h2>Difference</h2>',
    `<p>${before}</p>`,
    ...list('replaced under the same version', replaced),
    ...list('added', added),
    ...list('removed', removed),
    ...(added.length + removed.length + replaced.length === 0 ? ['<p>None.</p>'] : []),
  ];
}

function contents(components: readonly PageComponent[]): string[] {
  const kinds = [...new Set(components.map(({ kind }) => kind))];
  return kinds.flatMap((kind) => {
    const own = components.filter((each) => each.kind === kind);
    const lines = own
      .slice(0, linesMax)
      .map(({ source, name, version, size, digest }) => [
        source,
        name,
        version,
        size === null ? '' : bytesText(size),
        digest,
      ]);
    return [
      `<details><summary>${escaped(kind)}: ${own.length}</summary>`,
      table(['SOURCE', 'NAME', 'VERSION', 'SIZE', 'SHA-256'], lines),
      `${more(own.length)}</details>`,
    ];
  });
}

const more = (count: number): string =>
  count > linesMax ? `<p>and ${count - linesMax} more in the bill of materials</p>` : '';

/** Of all that are kept, newest first. */
export function frontPage(site: string, current: string, publications: Publications): string {
  const lines = [...publications].reverse().map(({ revision, publishedAt }) => {
    const link = `<a href="/sbom/${pageFile(revision)}">${escaped(revision.slice(0, 16))}</a>`;
    return `<tr><td>${link}</td><td>${escaped(publishedAt)}</td><td>${revision === current ? 'served' : ''}</td></tr>`;
  });
  return page(`Mirror ${site}`, [
    '<table><tr><th>REVISION</th><th>PUBLISHED</th><th></th></tr>',
    ...lines,
    '</table>',
    '<p><a href="/keys/archive-keyring.asc">Signing key</a></p>',
  ]);
}

function table(titles: readonly string[], lines: readonly (readonly string[])[]): string {
  const row = (cells: readonly string[], tag: string): string =>
    `<tr>${cells.map((cell) => `<${tag}>${escaped(cell)}</${tag}>`).join('')}</tr>`;
  return ['<table>', row(titles, 'th'), ...lines.map((line) => row(line, 'td')), '</table>'].join('\n');
}

const style =
  'body{font:15px sans-serif;margin:2em}table{border-collapse:collapse}th,td{text-align:left;padding:.15em 1em .15em 0}';

const page = (title: string, parts: readonly string[]): string =>
  [
    '<!DOCTYPE html>',
    '<html lang="en">',
    `<head><meta charset="utf-8"><title>${escaped(title)}</title><style>${style}</style></head>`,
    '<body>',
    `<h1>${escaped(title)}</h1>`,
    ...parts,
    '</body>',
    '</html>',
    '',
  ].join('\n');

const entities: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' };

/** Names come from upstreams and from bundles. */
const escaped = (text: string): string => text.replaceAll(/[&<>"]/g, (sign) => entities[sign] ?? sign);
