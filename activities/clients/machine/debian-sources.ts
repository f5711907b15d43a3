// SPDX-License-Identifier: Apache-2.0
// Finds which of this machine's package sources are Debian's, and names another suite there. Fetches nothing.
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { thisMachine } from '../../hosts/transport.ts';
import { Failure } from '../failure.ts';
import { entriesOf, type AptEntry } from './apt-entries.ts';

export interface DebianSources {
  /** Text of a deb822 sources file. */
  readonly text: string;
  /** Where the archive itself lies. */
  readonly mirror: string;
  /** URLs of the Release files, one per suite that must be there. */
  readonly releases: readonly string[];
  /** Date checks that this machine's apt leaves out. Proxies and logins of apt are read by the build itself. */
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

/**
 * `configured` wins; else this machine's own sources; null when it has none of Debian.
 * @throws Failure Rejected for a source with a password in its URL: a URL is written into records and commands
 */
export async function debianSources(
  suite: string,
  configured: { readonly mirror: string; readonly securityMirror?: string } | undefined,
  apt: Apt = ownApt,
): Promise<DebianSources | null> {
  const mirrors =
    configured === undefined ? await ownMirrors(apt) : { ...configured, signedBy: defaultKeyring };
  if (mirrors === null) return null;
  const { mirror, securityMirror, signedBy } = mirrors;
  for (const uri of [mirror, securityMirror ?? mirror]) refuseLogin(uri);
  const stanzas = [stanza(mirror, `${suite} ${suite}-updates`, signedBy)];
  if (securityMirror !== undefined) stanzas.push(stanza(securityMirror, `${suite}-security`, signedBy));
  const root = mirror.replace(/\/$/, '');
  const release = `${root}/dists/${suite}/InRelease`;
  return { text: stanzas.join('\n'), mirror: root, releases: [release], aptOptions: await aptOptions(apt) };
}

/** One source of deb822. `signedBy`: a path, or a key whose lines each follow a line break and a blank. */
export function stanza(uri: string, suites: string, signedBy: string): string {
  const key = signedBy.startsWith('\n') ? signedBy : ` ${signedBy}`;
  return `Types: deb\nURIs: ${uri}\nSuites: ${suites}\nComponents: main\nSigned-By:${key}\n`;
}

function refuseLogin(uri: string): void {
  const { username, password, hostname, pathname } = new URL(uri);
  if (username === '' && password === '') return;
  throw new Failure('Rejected', `A package source on ${hostname} has a login in its URL`, {
    on: 'the apt sources of this machine',
    hint: `Write \`machine ${hostname}${pathname} login NAME password …\` into a file of mode 0600 below /etc/apt/auth.conf.d, and take the login out of the URL: builds use apt's own logins`,
  });
}

/** Names of Debian's releases and what follows them for updates; not backports: nothing is installed from there. */
const debianSuite =
  /^(bookworm|trixie|forky|bullseye|(old){0,2}stable|testing|sid|unstable)(-updates|-security|\/updates)?$/;
const isSecurity = ({ suites }: AptEntry): boolean =>
  suites.some((suite) => /-security$|\/updates$/.test(suite));
const isMain = ({ suites }: AptEntry): boolean => suites.some((suite) => !/-|\//.test(suite));

async function ownMirrors(apt: Apt): Promise<Mirrors | null> {
  const paths = await sourceFiles(apt);
  const read = await Promise.all(paths.map(async (path) => entriesOf(path, await apt.read(path))));
  const entries = read
    .flat()
    .filter(({ suites, components }) => components.includes('main') && suites.some(isOfDebian));
  const ranked = await Promise.all(
    entries.map(async (entry) => {
      const uri = await firstMirror(apt, entry.uri);
      return uri === null ? [] : [{ entry: { ...entry, uri }, rank: await rankOf(apt, entry, entries) }];
    }),
  );
  const usable = ranked.flat().filter(({ rank }) => rank > 0);
  const best = (is: (entry: AptEntry) => boolean): AptEntry | undefined =>
    usable.filter(({ entry }) => is(entry)).sort((one, other) => other.rank - one.rank)[0]?.entry;
  const main = best(isMain);
  if (main === undefined) return null;
  return {
    mirror: main.uri,
    securityMirror: best(isSecurity)?.uri,
    signedBy: main.signedBy || defaultKeyring,
  };
}

const isOfDebian = (suite: string): boolean => debianSuite.test(suite);

/**
 * How surely a source is Debian's: others use its suites too, and `/debian` in their paths. What the Release file that apt
 * fetched says of itself wins; without one the key, the suite for updates beside it, and at last the path. 0: it is not.
 */
async function rankOf(apt: Apt, entry: AptEntry, all: readonly AptEntry[]): Promise<number> {
  const [suite = ''] = entry.suites;
  const release = await apt.read(`/var/lib/apt/lists/${listName(`${entry.uri}/dists/${suite}`)}_InRelease`);
  const origin = /^Origin: (.*)$/m.exec(release)?.[1];
  if (origin !== undefined) return origin === 'Debian' ? 4 : 0;
  if (entry.signedBy.includes('debian-archive-')) return 3;
  const updates = all.some(
    ({ uri, suites }) => uri === entry.uri && suites.some((each) => each.endsWith('-updates')),
  );
  if (updates || /(^|\.)debian\.org$/.test(hostOf(entry.uri))) return 2;
  return /\/debian(-security)?$/.test(entry.uri) && !/\.\w+\/.*\/debian$/.test(entry.uri) ? 1 : 0;
}

const hostOf = (uri: string): string => (URL.canParse(uri) ? new URL(uri).hostname : '');

/** As apt names what it fetched. @source apt's URItoFileName */
function listName(uri: string): string {
  const plain = uri.replace(/^[a-z+]+:\/*/, '').replace(/^[^/@]*@/, '');
  return plain.replaceAll(/[_%~+]/g, (sign) => `%${sign.charCodeAt(0).toString(16)}`).replaceAll('/', '_');
}

/** A list of mirrors is read, and its first one taken; null for what no build fetches from: a disc, a folder, Tor. */
async function firstMirror(apt: Apt, uri: string): Promise<string | null> {
  if (/^https?:\/\//.test(uri)) return uri;
  const path = /^mirror\+file:(?:\/\/)?(\/.*)$/.exec(uri)?.[1];
  if (path === undefined) return null;
  const lines = (await apt.read(path)).split('\n').map((line) => line.trim().split(/\s/)[0] ?? '');
  return lines.find((line) => /^https?:\/\//.test(line))?.replace(/\/+$/, '') ?? null;
}

async function sourceFiles(apt: Apt): Promise<string[]> {
  const directory = '/etc/apt/sources.list.d';
  const names = (await apt.list(directory)).filter((name) => /\.(sources|list)$/.test(name)).sort();
  return ['/etc/apt/sources.list', ...names.map((name) => join(directory, name))];
}

async function aptOptions(apt: Apt): Promise<string[]> {
  return (await apt.options())
    .split('\n')
    .filter((line) => /^Acquire::(Check-Valid-Until|Check-Date)\b/i.test(line));
}
