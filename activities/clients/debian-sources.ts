// SPDX-License-Identifier: Apache-2.0
// Reads which Debian sources this machine is configured with, and names another suite there. Fetches nothing.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thisMachine } from './host/transport.ts';

export interface DebianSources {
  /** Text of a deb822 sources file. */
  readonly text: string;
  /** URLs of the Release files, one per suite that must be there. */
  readonly releases: readonly string[];
  /** apt options of this machine that a build needs too: proxies and date checks. */
  readonly aptOptions: readonly string[];
}

interface Mirrors {
  readonly mirror: string;
  readonly securityMirror?: string | undefined;
  readonly signedBy: string;
}

const defaultKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** `configured` wins; else this machine's own sources; null when it has none of Debian. */
export async function debianSources(
  suite: string,
  configured: { readonly mirror: string; readonly securityMirror?: string } | undefined,
): Promise<DebianSources | null> {
  const mirrors = configured === undefined ? await ownMirrors() : { ...configured, signedBy: defaultKeyring };
  if (mirrors === null) return null;
  const { mirror, securityMirror, signedBy } = mirrors;
  const stanzas = [stanza(mirror, `${suite} ${suite}-updates`, signedBy)];
  if (securityMirror !== undefined) stanzas.push(stanza(securityMirror, `${suite}-security`, signedBy));
  const release = `${mirror.replace(/\/$/, '')}/dists/${suite}/InRelease`;
  return { text: stanzas.join('\n'), releases: [release], aptOptions: await aptOptions() };
}

function stanza(uri: string, suites: string, signedBy: string): string {
  return `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: ${signedBy}\n`;
}

async function ownMirrors(): Promise<Mirrors | null> {
  const entries = (await Promise.all((await sourceFiles()).map(readEntries))).flat();
  const debian = entries.filter(({ signedBy, uri }) => /debian/.test(signedBy + uri));
  const security = debian.find(({ suites }) => /-security|\/updates/.test(suites));
  const main = debian.find((entry) => entry !== security);
  if (main === undefined) return null;
  return { mirror: main.uri, securityMirror: security?.uri, signedBy: main.signedBy || defaultKeyring };
}

interface Entry {
  readonly uri: string;
  readonly suites: string;
  readonly signedBy: string;
}

async function sourceFiles(): Promise<string[]> {
  const directory = '/etc/apt/sources.list.d';
  const names = await readdir(directory).catch(() => []);
  return [
    '/etc/apt/sources.list',
    ...names.filter((name) => /\.(sources|list)$/.test(name)).map((name) => join(directory, name)),
  ];
}

/** Both of apt's formats: one line per source, and deb822 stanzas. */
async function readEntries(path: string): Promise<Entry[]> {
  const text = await readFile(path, 'utf8').catch(() => '');
  if (path.endsWith('.sources')) return text.split(/\n\s*\n/).flatMap(readStanza);
  return text.split('\n').flatMap((line) => {
    const match = /^deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)\s+.*\bmain\b/.exec(line);
    if (match === null) return [];
    const signedBy = /signed-by=(\S+)/.exec(match[1] ?? '')?.[1] ?? '';
    return [{ uri: match[2] ?? '', suites: match[3] ?? '', signedBy }];
  });
}

function readStanza(stanzaText: string): Entry[] {
  const field = (name: string): string =>
    new RegExp(`^${name}:\\s*(.+)$`, 'mi').exec(stanzaText)?.[1]?.trim() ?? '';
  const isUsable =
    field('Types').split(/\s+/).includes('deb') &&
    /\bmain\b/.test(field('Components')) &&
    field('Enabled') !== 'no';
  const uri = field('URIs').split(/\s+/)[0] ?? '';
  return isUsable && uri !== '' ? [{ uri, suites: field('Suites'), signedBy: field('Signed-By') }] : [];
}

async function aptOptions(): Promise<string[]> {
  // A machine without apt has no options of apt's to take over.
  const dump = await thisMachine
    .run(['apt-config', 'dump', '--format', '%f "%v";%n', 'Acquire'])
    .catch(() => ({ stdout: '' }));
  return dump.stdout
    .split('\n')
    .filter((line) => /^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date)\b/i.test(line));
}
