// SPDX-License-Identifier: Apache-2.0
// Reads which Debian sources this machine is configured with, and names another suite there. Fetches nothing.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thisMachine } from '../../hosts/transport.ts';

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

/** What apt is configured with. */
export interface Apt {
  /** Names in a folder; none when it is absent. */
  list(directory: string): Promise<string[]>;
  /** Empty when there is no such file. */
  read(path: string): Promise<string>;
  /** Lines of `apt-config dump` below Acquire. */
  options(): Promise<string>;
}

const ownApt: Apt = {
  list: (directory) => readdir(directory).catch(() => []),
  read: (path) => readFile(path, 'utf8').catch(() => ''),
  // A machine without apt has no options of apt's to take over.
  options: () =>
    thisMachine.run(['apt-config', 'dump', '--format', '%f "%v";%n', 'Acquire']).then(
      ({ stdout }) => stdout,
      () => '',
    ),
};

const defaultKeyring = '/usr/share/keyrings/debian-archive-keyring.gpg';

/** `configured` wins; else this machine's own sources; null when it has none of Debian. */
export async function debianSources(
  suite: string,
  configured: { readonly mirror: string; readonly securityMirror?: string } | undefined,
  apt: Apt = ownApt,
): Promise<DebianSources | null> {
  const mirrors =
    configured === undefined ? await ownMirrors(apt) : { ...configured, signedBy: defaultKeyring };
  if (mirrors === null) return null;
  const { mirror, securityMirror, signedBy } = mirrors;
  const stanzas = [stanza(mirror, `${suite} ${suite}-updates`, signedBy)];
  if (securityMirror !== undefined) stanzas.push(stanza(securityMirror, `${suite}-security`, signedBy));
  const release = `${mirror.replace(/\/$/, '')}/dists/${suite}/InRelease`;
  return { text: stanzas.join('\n'), releases: [release], aptOptions: await aptOptions(apt) };
}

function stanza(uri: string, suites: string, signedBy: string): string {
  return `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By: ${signedBy}\n`;
}

async function ownMirrors(apt: Apt): Promise<Mirrors | null> {
  const paths = await sourceFiles(apt);
  const entries = (
    await Promise.all(paths.map(async (path) => entriesOf(path, await apt.read(path))))
  ).flat();
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

async function sourceFiles(apt: Apt): Promise<string[]> {
  const directory = '/etc/apt/sources.list.d';
  const names = await apt.list(directory);
  return [
    '/etc/apt/sources.list',
    ...names.filter((name) => /\.(sources|list)$/.test(name)).map((name) => join(directory, name)),
  ];
}

/** Both of apt's formats: one line per source, and deb822 stanzas. */
function entriesOf(path: string, text: string): Entry[] {
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

async function aptOptions(apt: Apt): Promise<string[]> {
  return (await apt.options())
    .split('\n')
    .filter((line) => /^Acquire::(https?::Proxy|Check-Valid-Until|Check-Date)\b/i.test(line));
}
