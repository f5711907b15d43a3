// SPDX-License-Identifier: Apache-2.0
// Reads a Packages index of Debian. Fetches nothing and chooses no package.
import { setImmediate } from 'node:timers/promises';
import type { DebPackage, Dependency } from '../../../workflows/contracts/mirror/deb/closure.ts';
import type { Relation } from '../../../workflows/contracts/mirror/deb/version.ts';
import { isPlainPath } from './release.ts';

/** @throws Error that names the stanza which is not one of a package: an index that is half understood is not used */
export async function parsePackages(text: string): Promise<DebPackage[]> {
  const packages: DebPackage[] = [];
  let end = 0;
  for (let start = 0; start < text.length; start = end + 2) {
    end = text.indexOf('\n\n', start);
    if (end < 0) end = text.length;
    const stanza = text.slice(start, end);
    if (stanza.trim() !== '') packages.push(parseStanza(stanza));
    // An index of 60,000 packages takes seconds: the worker has other work, and heartbeats to send.
    if (packages.length % stanzasAtOnce === 0) await setImmediate();
  }
  return packages;
}

const stanzasAtOnce = 500;

/** What is read of a stanza, with lines that go on; the rest is most of it. */
const wanted =
  /^(Package|Version|Architecture|Filename|Size|SHA256|Depends|Pre-Depends|Provides):[ \t]*(.*(?:\n[ \t].*)*)/gim;

function parseStanza(stanza: string): DebPackage {
  const fields = new Map<string, string>();
  for (const [, name = '', value = ''] of stanza.matchAll(wanted))
    fields.set(name.toLowerCase(), value.trim());
  const field = (name: string): string => {
    const found = fields.get(name);
    if (found !== undefined && found !== '') return found;
    throw new Error(`package ${fields.get('package') ?? 'without a name'} has no ${name}`);
  };
  const name = field('package');
  const [filename, digest, size] = [field('filename'), field('sha256'), Number(field('size'))];
  if (!isPlainPath(filename)) throw new Error(`package ${name} has the path ${filename.slice(0, 200)}`);
  if (!/^[0-9a-f]{64}$/.test(digest))
    throw new Error(`package ${name} has the SHA256 ${digest.slice(0, 80)}`);
  if (!Number.isSafeInteger(size) || size < 0) throw new Error(`package ${name} has the size ${size}`);
  return {
    name,
    version: field('version'),
    architecture: field('architecture'),
    filename,
    digest,
    size,
    depends: ['pre-depends', 'depends'].flatMap((key) => parseDepends(fields.get(key) ?? '', name)),
    provides: providesOf(fields.get('provides') ?? '', name),
  };
}

/** `a (>= 1) | b, c:any` as lists of alternatives. */
export function parseDepends(text: string, of: string): Dependency[][] {
  return text
    .split(',')
    .filter((group) => group.trim() !== '')
    .map((group) => group.split('|').map((each) => parseDependency(each, of)));
}

const dependencyPattern =
  /^([a-z0-9][a-z0-9+.-]*)(?::[a-z0-9-]+)?(?:\s*\(\s*(<<|<=|=|>=|>>)\s*([^\s)]+)\s*\))?(?:\s*\[[^\]]*\])?$/i;

function parseDependency(text: string, of: string): Dependency {
  const [, name, relation, wanted] = dependencyPattern.exec(text.trim()) ?? [];
  if (name === undefined) throw new Error(`package ${of} depends on ${text.trim().slice(0, 200)}`);
  if (relation === undefined || wanted === undefined) return { name, version: null };
  return { name, version: { relation: relation as Relation, wanted } };
}

function providesOf(text: string, of: string): { name: string; version: string | null }[] {
  return parseDepends(text, of)
    .flat()
    .map(({ name, version }) => ({ name, version: version?.wanted ?? null }));
}
