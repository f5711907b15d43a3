// SPDX-License-Identifier: Apache-2.0
// Reads the Release file of a Debian suite, whose signature was checked before. Fetches nothing.
import type { Content } from '../../../workflows/contracts/mirror/content.ts';

export interface ReleaseFile {
  /** ISO 8601 in UTC. */
  readonly date: string;
  /** After it the file is not to be believed; null: for ever. */
  readonly validUntil: string | null;
  readonly architectures: readonly string[];
  readonly components: readonly string[];
  /** Whether files are also to be had by their digest. */
  readonly byHash: boolean;
  /** By path below the suite. */
  readonly files: ReadonlyMap<string, Content>;
}

/** @throws Error that says what is wrong with the text */
export function parseRelease(text: string): ReleaseFile {
  const fields = fieldsOf(text);
  const date = timeOf(fields.get('date'));
  if (date === null) throw new Error('it has no Date');
  const until = fields.get('valid-until');
  const validUntil = timeOf(until);
  if (until !== undefined && validUntil === null) throw new Error(`its Valid-Until is no time: ${until}`);
  const files = filesOf(fields.get('sha256') ?? '');
  if (files.size === 0) throw new Error('it lists no SHA256 of a file');
  return {
    date,
    validUntil,
    architectures: words(fields.get('architectures')),
    // Some write them with the suite in front.
    components: words(fields.get('components')).map((each) => each.replace(/^.*\//, '')),
    byHash: fields.get('acquire-by-hash')?.trim() === 'yes',
    files,
  };
}

/** The fields of one stanza by their names in small letters; a continued one keeps its lines. */
function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of stanza.split('\n')) {
    if (/^[ \t]/.test(line)) {
      if (name !== '') fields.set(name, `${fields.get(name) ?? ''}\n${line.trim()}`);
      continue;
    }
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    name = line.slice(0, colon).toLowerCase();
    fields.set(name, line.slice(colon + 1).trim());
  }
  return fields;
}

function filesOf(text: string): Map<string, Content> {
  const files = new Map<string, Content>();
  for (const line of text.split('\n')) {
    const [, digest, size, path] = /^([0-9a-f]{64})\s+(\d+)\s+(\S+)$/.exec(line.trim()) ?? [];
    if (digest === undefined || path === undefined || !isPlainPath(path)) continue;
    files.set(path, { digest, size: Number(size) });
  }
  return files;
}

/** A path that leads nowhere but below its folder. */
export const isPlainPath = (path: string): boolean =>
  /^[A-Za-z0-9+._~:%@,=^-]+(\/[A-Za-z0-9+._~:%@,=^-]+)*$/.test(path) &&
  path.split('/').every((part) => part !== '.' && part !== '..');

const words = (text = ''): string[] => text.split(/\s+/).filter(Boolean);

function timeOf(text: string | undefined): string | null {
  const time = text === undefined ? Number.NaN : Date.parse(text.trim());
  return Number.isNaN(time) ? null : new Date(time).toISOString();
}
