// SPDX-License-Identifier: Apache-2.0
// Whether the package sources answer apt, through its proxies and with its logins, and whether the clock can be right. Only asks.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { thisMachine } from '../hosts/transport.ts';

/** @source apt refuses a Release file of the future beyond 10 s; a day leaves room for mirrors that are ahead of their clock */
const clockSkewMillisecondsMax = 86_400_000;

/**
 * How apt tries: a source that is busy for a moment must not end an install.
 * @source apt waits 1 s, 2 s and 3 s between its tries; Debian's own mirrors answer 503 for seconds at times
 */
const tries = [
  '-o',
  'Acquire::Retries=3',
  '-o',
  'Acquire::http::Timeout=20',
  '-o',
  'Acquire::https::Timeout=20',
];

/** Has apt print the headers of answers: the clock of the source is one of them. They may hold a login: they go nowhere. */
const headers = ['-o', 'Debug::Acquire::http=true', '-o', 'Debug::Acquire::https=true'];

export type Fetch = (
  url: string,
  path: string,
) => Promise<{ readonly exitCode: number; readonly stderr: string }>;

/** By apt's own program, as every fetch of a build is. `proxies`: of the environment, by their names. */
export const byApt =
  (proxies: Readonly<Record<string, string>>): Fetch =>
  (url, path) => {
    const argv = ['/usr/lib/apt/apt-helper', ...tries, ...headers, 'download-file', url, path];
    return thisMachine.run(argv, { timeoutSeconds: 120, environment: proxies });
  };

/** `sources`: URLs of Release files. */
export async function sourceFindings(sources: readonly string[], fetch: Fetch): Promise<Difference[]> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-release-'));
  try {
    const found = await Promise.all(
      sources.map((url, index) => findingsOf(url, join(folder, String(index)), fetch)),
    );
    return found.flat();
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function findingsOf(url: string, path: string, fetch: Fetch): Promise<Difference[]> {
  const { exitCode, stderr } = await fetch(url, path);
  if (exitCode !== 0) {
    return [
      {
        what: `package source ${url} does not answer apt`,
        have: aptCause(stderr),
        want: 'bring the source, the network or the proxy back, or name another debian.mirror',
      },
    ];
  }
  const release = await readFile(path, 'utf8');
  const published = Date.parse(/^Date: (.*)$/m.exec(release)?.[1] ?? '');
  if (Number.isNaN(published)) {
    return [
      {
        what: `package source ${url} is none`,
        have: 'its Release file has no date',
        want: 'name a debian.mirror that carries this release; a login page of a network looks like this too',
      },
    ];
  }
  return clockFindings(new URL(url).hostname, published, clockOf(stderr));
}

/** By what a source says of the time: when it made its list, and when it answered, which not every source tells. */
function clockFindings(hostname: string, published: number, answered: number | null): Difference[] {
  const [what, have] = ['clock is wrong', new Date().toISOString()];
  if (published - Date.now() > clockSkewMillisecondsMax) {
    const want = `after ${new Date(published).toISOString()}, when ${hostname} made its list: set the clock`;
    return [{ what, have, want }];
  }
  if (answered === null || Math.abs(answered - Date.now()) <= clockSkewMillisecondsMax) return [];
  return [{ what, have, want: `${new Date(answered).toISOString()}, as ${hostname} says: set the clock` }];
}

/** Milliseconds since 1970 of the last answer; a cache says how old its answer is. */
function clockOf(debug: string): number | null {
  const last = (name: string): string | undefined =>
    [...debug.matchAll(new RegExp(`^${name}: *(.*?)\\r?$`, 'gim'))].at(-1)?.[1];
  const date = Date.parse(last('date') ?? '');
  return Number.isNaN(date) ? null : date + 1000 * Number(last('age') ?? 0);
}

/** The last error of apt, without the URL that stands in it. */
function aptCause(stderr: string): string {
  const lines = stderr.split('\n').filter((line) => /^(E|Err|W):/.test(line));
  const text = lines.find((line) => line.startsWith('E:')) ?? lines[0] ?? 'apt gave no reason';
  return text.replace(/^(E|Err|W):\s*/, '').replace(/^Failed to fetch \S+\s*/, '');
}
