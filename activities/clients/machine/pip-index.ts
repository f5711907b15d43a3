// SPDX-License-Identifier: Apache-2.0
// Finds the Python index that pip of this machine is configured with. Asks none.
import { readFile } from 'node:fs/promises';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { Failure } from '../failure.ts';

/** What pip reads of the environment. */
export type PipEnvironment = Readonly<Partial<Record<'PIP_INDEX_URL' | 'PIP_CONFIG_FILE', string>>>;

/** Text of a file; null when it is not there. */
export type ReadFile = (path: string) => Promise<string | null>;

const pypi = 'https://pypi.org/simple';

const ownFile: ReadFile = (path) =>
  readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
    throw new Failure('Rejected', `The configuration of pip cannot be read`, {
      on: path,
      cause: error,
      hint: 'See who may read it, or name the url of the index in the file of the mirror',
    });
  });

/**
 * Without a slash at its end; PyPI's when nothing is configured.
 * @source pip's precedence: the environment, then the file that it names, the user's, the machine's
 * @throws Failure Rejected for text that is not an http(s) URL, and for a URL with a login, which records would show
 */
export async function pipIndex(environment: PipEnvironment, read: ReadFile = ownFile): Promise<string> {
  const named = environment.PIP_INDEX_URL;
  if (named !== undefined && named !== '') return checked(named, 'PIP_INDEX_URL');
  const home = homedir();
  const configured = environment.PIP_CONFIG_FILE;
  const user = [join(home, '.config/pip/pip.conf'), join(home, '.pip/pip.conf')];
  // pip reads no file of the user's when the variable names the null device.
  const paths =
    configured === '/dev/null' ? [] : [configured ?? '', ...user, '/etc/pip.conf', '/etc/xdg/pip/pip.conf'];
  for (const path of paths.filter((each) => each !== '')) {
    const text = await read(path);
    const found = text === null ? null : indexUrlOf(text);
    if (found !== null) return checked(found, path);
  }
  return pypi;
}

/** `index-url` of the section `global`, as Python's configparser reads it. */
function indexUrlOf(text: string): string | null {
  let section = '';
  let found: string | null = null;
  for (const line of text.split('\n')) {
    if (/^\s*[#;]/.test(line)) continue;
    section = /^\[([^\]]+)\]/.exec(line)?.[1] ?? section;
    const value = /^index[-_]url\s*[:=]\s*(\S.*?)\s*$/i.exec(line)?.[1];
    if (section === 'global' && value !== undefined) found = value;
  }
  return found;
}

function checked(url: string, on: string): string {
  const parsed = URL.canParse(url) ? new URL(url) : null;
  if (parsed === null || !/^https?:$/.test(parsed.protocol))
    throw new Failure('Rejected', 'The index that pip is configured with is no URL of the web', {
      on,
      hint: 'Correct it, or name the url of the index in the file of the mirror',
    });
  if (parsed.username !== '' || parsed.password !== '')
    throw new Failure('Rejected', `The index of pip on ${parsed.host} has a login in its URL`, {
      on,
      hint: `Write \`machine ${parsed.host} login NAME password …\` into ~/.netrc with mode 0600, and take the login out of the URL: pip and mirrors read it there`,
    });
  return url.replace(/\/+$/, '');
}
