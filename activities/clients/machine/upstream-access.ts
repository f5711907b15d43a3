// SPDX-License-Identifier: Apache-2.0
// How this machine reaches upstreams: apt's proxies and logins, and the logins of pip in ~/.netrc. Fetches nothing, tells no secret.
import { readdir, readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { thisMachine } from '../../hosts/transport.ts';
import { Failure } from '../failure.ts';

export interface UpstreamAccess {
  /** URL of the proxy, with its login; null: none. */
  readonly proxy: string | null;
  /** Value of the header `authorization`; null: none. */
  readonly authorization: string | null;
}

/** What this machine is configured with. */
export interface AccessFiles {
  /** Lines of `apt-config dump` below Acquire. */
  readonly options: string;
  /** Texts of apt's auth.conf and of the files beside it. */
  readonly aptLogins: readonly string[];
  /** Text of ~/.netrc; empty without the file. */
  readonly netrc: string;
}

/** @throws Failure Rejected for a proxy that no request can go through */
export function accessOf({ options, aptLogins, netrc }: AccessFiles, url: string): UpstreamAccess {
  const target = new URL(url);
  const logins = [
    ...aptLogins.flatMap(machinesOf).filter((machine) => isForApt(machine, target)),
    ...machinesOf(netrc).filter(({ name }) => name === target.hostname && target.protocol === 'https:'),
  ];
  const [login] = logins;
  const basic =
    login === undefined ? null : Buffer.from(`${login.login}:${login.password}`).toString('base64');
  return {
    proxy: proxyOf(options, target),
    authorization: basic === null ? null : `Basic ${basic}`,
  };
}

/** @source apt.conf(5): a host's own proxy first, https as http when it has none of its own */
function proxyOf(options: string, { protocol, hostname }: URL): string | null {
  // Loopback of a proxy is another one.
  if (/^(localhost|127\.[\d.]+|\[::1\])$/.test(hostname)) return null;
  const set = new Map<string, string>();
  for (const [, name = '', value = ''] of options.matchAll(/^Acquire::(https?::Proxy\S*) "(.*)";$/gim))
    set.set(name.toLowerCase(), value);
  const schemes = protocol === 'https:' ? ['https', 'http'] : ['http'];
  for (const scheme of schemes)
    for (const name of [`${scheme}::proxy::${hostname}`, `${scheme}::proxy`]) {
      const value = set.get(name);
      if (value === undefined || value === '') continue;
      return /^(direct|false)$/i.test(value) ? null : checkedProxy(value);
    }
  return null;
}

function checkedProxy(value: string): string {
  const proxy = URL.canParse(value) ? new URL(value) : null;
  if (proxy !== null && /^https?:$/.test(proxy.protocol)) return value;
  throw new Failure('Rejected', 'The proxy of apt is no http or https URL', {
    on: 'apt-config dump Acquire',
    hint: 'Correct Acquire::http::Proxy below /etc/apt/apt.conf.d, or set it to DIRECT for the host',
  });
}

interface Machine {
  readonly name: string;
  readonly login: string;
  readonly password: string;
}

/** Words by blanks and lines; entries that lack a part are none. @source netrc(5), apt_auth.conf(5) */
function machinesOf(text: string): Machine[] {
  const plain = text.replaceAll(/^\s*#.*$/gm, '');
  return plain
    .split(/(?:^|\s)machine\s+/)
    .slice(1)
    .flatMap((entry) => {
      const words = entry.trim().split(/\s+/);
      const [name = ''] = words;
      const after = (key: string): string | undefined => {
        const at = words.indexOf(key, 1);
        return at < 0 ? undefined : words[at + 1];
      };
      const [login, password] = [after('login'), after('password')];
      return login === undefined || password === undefined ? [] : [{ name, login, password }];
    });
}

/** Over plain http only where the entry names that itself. */
function isForApt({ name }: Machine, { protocol, hostname, port, pathname }: URL): boolean {
  const [, scheme = 'https:', host = '', at, path = ''] =
    /^(?:(https?:)\/\/)?([^/:]+)(?::(\d+))?(\/.*)?$/.exec(name) ?? [];
  if (scheme !== protocol || host !== hostname) return false;
  if (at !== undefined && at !== port) return false;
  return pathname.startsWith(path);
}

/** Read anew after so long: a login that was mended is used by the run that waits for it. */
const readSeconds = 30;

let last: { readonly at: number; readonly files: Promise<AccessFiles> } | null = null;

export function ownAccessFiles(): Promise<AccessFiles> {
  const now = performance.now();
  if (last === null || now - last.at > readSeconds * 1000) last = { at: now, files: readOwnFiles() };
  return last.files;
}

async function readOwnFiles(): Promise<AccessFiles> {
  const folder = '/etc/apt/auth.conf.d';
  const names = (await readdir(folder).catch(noneWhenAbsent<string[]>([])))
    .filter((name) => name.endsWith('.conf'))
    .sort();
  const paths = ['/etc/apt/auth.conf', ...names.map((name) => join(folder, name))];
  // A machine without apt has no options of apt's to take over.
  const dump = await thisMachine
    .run(['apt-config', 'dump', '--format', '%f "%v";%n', 'Acquire'])
    .catch(() => null);
  return {
    options: dump?.stdout ?? '',
    aptLogins: await Promise.all(paths.map(textOf)),
    netrc: await textOf(join(homedir(), '.netrc')),
  };
}

const textOf = (path: string): Promise<string> => readFile(path, 'utf8').catch(noneWhenAbsent(''));

const noneWhenAbsent =
  <T>(none: T) =>
  (error: NodeJS.ErrnoException): T => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return none;
    throw new Failure('Rejected', 'The logins of apt cannot be read', {
      on: error.path ?? '/etc/apt/auth.conf.d',
      cause: error,
      hint: 'See who may read it; refreshes run as the user of the worker',
    });
  };
