// SPDX-License-Identifier: Apache-2.0
// Reads the page of one project of a simple index, as JSON or as HTML. Fetches nothing.
import type { ListedFile } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import { parseObject } from '../state/records.ts';

export interface SimplePage {
  readonly files: readonly ListedFile[];
  readonly serial: number | null;
}

/** `url`: of the page, for relative links. @throws Error that says what is wrong with the text */
export function parseJsonPage(text: string, url: string): SimplePage {
  const { meta, files } = parseObject(text);
  const { 'api-version': version, '_last-serial': serial } = (meta ?? {}) as Record<string, unknown>;
  // A newer minor version adds, a newer major one changes. @source PEP 629
  if (typeof version !== 'string' || !/^1\.\d+$/.test(version))
    throw new Error(`its version of the simple API is ${JSON.stringify(version)?.slice(0, 20)}, not 1.x`);
  if (!Array.isArray(files)) throw new Error('it has no list of files');
  return {
    files: files.map((file: unknown, index) => jsonFile(file, url, index)),
    serial: Number.isSafeInteger(serial) ? (serial as number) : null,
  };
}

function jsonFile(raw: unknown, base: string, index: number): ListedFile {
  const file = (raw ?? {}) as Record<string, unknown>;
  const { filename, url } = file;
  if (typeof filename !== 'string' || typeof url !== 'string')
    throw new Error(`its file ${index + 1} has no name or no url`);
  const core = file['core-metadata'] ?? file['data-dist-info-metadata'];
  const size = file['size'];
  const yanked = file['yanked'];
  return {
    filename,
    url: linkOf(url, base),
    digest: digestOf(file['hashes']),
    size: Number.isSafeInteger(size) && (size as number) >= 0 ? (size as number) : null,
    requiresPython: textOf(file['requires-python']),
    yanked: yanked === true || (typeof yanked === 'string' && yanked !== '' && yanked),
    metadataDigest: digestOf(core),
    uploadTime: textOf(file['upload-time']),
  };
}

function digestOf(hashes: unknown): string | null {
  const found = (hashes as Record<string, unknown> | null | undefined)?.['sha256'];
  return typeof found === 'string' && isDigest(found) ? found.toLowerCase() : null;
}

const isDigest = (text: string): boolean => /^[0-9a-f]{64}$/i.test(text);

const textOf = (value: unknown): string | null => (typeof value === 'string' && value !== '' ? value : null);

/** Without its fragment. @throws Error for a link that leads elsewhere than to the web */
function linkOf(link: string, base: string): string {
  const found = URL.canParse(link, base) ? new URL(link, base) : null;
  if (found === null || !/^https?:$/.test(found.protocol))
    throw new Error(`a link of it is no URL of the web: ${link.replace(/[?#].*$/, '').slice(0, 80)}`);
  found.hash = '';
  return found.href;
}

/** @source PEP 503, 592, 629, 658, 714; the serial as PyPI writes it. @throws Error */
export function parseHtmlPage(text: string, url: string): SimplePage {
  const version = /<meta\s+name="pypi:repository-version"\s+content="([^"]*)"/i.exec(text)?.[1];
  if (version !== undefined && !/^1\.\d+$/.test(version))
    throw new Error(`its version of the simple API is ${version.slice(0, 20)}, not 1.x`);
  if (!/<html|<!doctype html|<a\s/i.test(text)) throw new Error('it is not HTML');
  const base = /<base\s+href="([^"]*)"/i.exec(text)?.[1];
  const root = base === undefined ? url : linkOf(unescaped(base), url);
  const serial = /<!--\s*SERIAL (\d+)\s*-->/.exec(text)?.[1];
  const anchors = [...text.matchAll(/<a\s([^>]*)>([^<]*)<\/a>/gi)];
  return {
    files: anchors.flatMap(([, attributes = '', name = '']) => htmlFile(attributes, name, root)),
    serial: serial === undefined ? null : Number(serial),
  };
}

/** None for a link that is not of a file, such as the one of a home page. */
function htmlFile(attributes: string, name: string, root: string): ListedFile[] {
  const values = attributesOf(attributes);
  const href = values.get('href');
  if (href === undefined) return [];
  const digest = /#(?:.*&)?sha256=([0-9a-f]{64})\b/i.exec(href)?.[1];
  const core = values.get('data-core-metadata') ?? values.get('data-dist-info-metadata') ?? '';
  const yanked = values.get('data-yanked');
  return [
    {
      filename: unescaped(name).trim(),
      url: linkOf(href, root),
      digest: digest?.toLowerCase() ?? null,
      size: null,
      requiresPython: textOf(values.get('data-requires-python')),
      yanked: yanked === undefined ? false : yanked || true,
      metadataDigest: /^sha256=([0-9a-f]{64})$/i.exec(core)?.[1]?.toLowerCase() ?? null,
      uploadTime: null,
    },
  ];
}

function attributesOf(text: string): Map<string, string> {
  const found = new Map<string, string>();
  for (const [, name = '', double, single] of text.matchAll(/([\w-]+)(?:\s*=\s*(?:"([^"]*)"|'([^']*)'))?/g))
    found.set(name.toLowerCase(), unescaped(double ?? single ?? ''));
  return found;
}

const entities: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

function unescaped(text: string): string {
  return text.replaceAll(/&(?:#(\d+)|#x([0-9a-f]+)|(\w+));/gi, (all, decimal, hex, name) => {
    if (typeof name === 'string') return entities[name] ?? all;
    const code = typeof decimal === 'string' ? Number(decimal) : Number.parseInt(String(hex), 16);
    return code <= 0x10_ff_ff ? String.fromCodePoint(code) : all;
  });
}
