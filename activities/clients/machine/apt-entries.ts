// SPDX-License-Identifier: Apache-2.0
// Reads the package sources of apt's two formats. Knows no distribution. Pure.

export interface AptEntry {
  /** Without a slash at its end. */
  readonly uri: string;
  readonly suites: readonly string[];
  readonly components: readonly string[];
  /** Path of a keyring, or a whole key as deb822 continues it: each line behind a blank. Empty: apt's own keys. */
  readonly signedBy: string;
  /** The file that it stands in. */
  readonly path: string;
}

/** The entries of one file that are switched on and hold binary packages. */
export function entriesOf(path: string, text: string): AptEntry[] {
  if (path.endsWith('.sources')) return text.split(/\n\s*\n/).flatMap((stanza) => ofStanza(path, stanza));
  return text.split('\n').flatMap((line) => ofLine(path, line));
}

/** @source apt's StringToBool: all that switches an option off */
const off = ['no', 'false', 'without', 'off', 'disable'];
const isOff = (value: string): boolean => off.includes(value.toLowerCase()) || Number(value || 1) === 0;

const words = (text: string): string[] => text.split(/\s+/).filter(Boolean);
const bare = (uri: string): string => uri.replace(/\/+$/, '');

/** One line: `deb [options] uri suite components…`. */
function ofLine(path: string, line: string): AptEntry[] {
  const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s*([^#]*)/.exec(line);
  if (match === null) return [];
  const [, options = '', uri = '', suite = '', components = ''] = match;
  const signedBy = /(?:^|\s)signed-by=(\S+)/i.exec(options)?.[1] ?? '';
  return [{ uri: bare(uri), suites: [suite], components: words(components), signedBy, path }];
}

/** A stanza of deb822: an entry for each of its URIs. */
function ofStanza(path: string, stanza: string): AptEntry[] {
  const fields = fieldsOf(stanza);
  const field = (name: string): string => fields.get(name) ?? '';
  if (!words(field('types')).includes('deb') || isOff(field('enabled'))) return [];
  return words(field('uris')).map((uri) => ({
    uri: bare(uri),
    suites: words(field('suites')),
    components: words(field('components')),
    signedBy: field('signed-by'),
    path,
  }));
}

/** By names in small letters; the lines of a longer value keep the blank before them. */
function fieldsOf(stanza: string): Map<string, string> {
  const fields = new Map<string, string>();
  let name = '';
  for (const line of stanza.split('\n')) {
    if (line.startsWith('#')) continue;
    const first = /^([A-Za-z-]+):\s*(.*?)\s*$/.exec(line);
    if (first !== null) fields.set((name = (first[1] ?? '').toLowerCase()), first[2] ?? '');
    else if (/^\s+\S/.test(line) && name !== '') fields.set(name, `${fields.get(name) ?? ''}\n${line}`);
  }
  return fields;
}
