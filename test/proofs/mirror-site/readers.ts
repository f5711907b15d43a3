// SPDX-License-Identifier: Apache-2.0
// Clients that read a mirror without a break, each from what it names to what that leads to: an answer that does not fit to the
// one before it is a torn read.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { gunzipSync } from 'node:zlib';
import { execa } from 'execa';
import { sha256Of } from '../../mirror/upstream-server.ts';

export interface Reading {
  /** Whole reads, by kind. */
  readonly whole: Readonly<Record<string, number>>;
  /** What was wrong, a line each. */
  readonly torn: readonly string[];
}

class Torn extends Error {}

async function get(url: string, accept = '*/*'): Promise<Buffer> {
  const answer = await fetch(url, { headers: { accept } });
  if (answer.status !== 200) throw new Torn(`${url} answers ${answer.status}`);
  return Buffer.from(await answer.arrayBuffer());
}

async function getSound(url: string, digest: string): Promise<Buffer> {
  const bytes = await get(url);
  if (sha256Of(bytes) !== digest) throw new Torn(`${url} is not what was named`);
  return bytes;
}

/** As apt reads: by hash. */
async function archive(mirror: string): Promise<void> {
  const root = `${mirror}/deb/lab`;
  const release = (await get(`${root}/dists/stable/InRelease`)).toString();
  const digest = /^ ([0-9a-f]{64}) +\d+ main\/binary-amd64\/Packages\.gz$/m.exec(release)?.[1];
  if (digest === undefined) throw new Torn('the InRelease file names no index');
  const index = await getSound(`${root}/dists/stable/main/binary-amd64/by-hash/SHA256/${digest}`, digest);
  const text = gunzipSync(index).toString();
  for (const stanza of text.split('\n\n').filter((each) => each.trim() !== '')) {
    const [path = '', sum = ''] = ['Filename', 'SHA256'].map(
      (key) => new RegExp(`^${key}: (.*)$`, 'm').exec(stanza)?.[1] ?? '',
    );
    await getSound(`${root}/${path}`, sum);
  }
}

/** As pip reads. */
async function index(mirror: string): Promise<void> {
  const url = `${mirror}/pypi/lab/simple/one-thing/`;
  const page = JSON.parse((await get(url, 'application/vnd.pypi.simple.v1+json')).toString()) as {
    files: { url: string; hashes: { sha256: string } }[];
  };
  if (page.files.length === 0) throw new Torn('the page of one-thing names no file');
  for (const file of page.files) await getSound(new URL(file.url, url).href, file.hashes.sha256);
}

/** As ansible-galaxy reads. */
async function galaxy(mirror: string): Promise<void> {
  const url = `${mirror}/ansible/lab/api/v3/collections/lab/tools/versions/`;
  const list = JSON.parse((await get(`${url}?limit=100`)).toString()) as { data: { href: string }[] };
  if (list.data.length === 0) throw new Torn('the list of lab.tools is empty');
  for (const { href } of list.data) {
    const document = JSON.parse((await get(`${mirror}${href}`)).toString()) as {
      download_url: string;
      artifact: { sha256: string };
    };
    await getSound(`${mirror}${document.download_url}`, document.artifact.sha256);
  }
}

/** By a real git. */
async function repository(mirror: string): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-clone-'));
  const words = ['clone', '--quiet', '--mirror', `${mirror}/git/playbooks.git`, join(folder, 'clone')];
  const env = { GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_NOSYSTEM: '1', no_proxy: '*' };
  const { exitCode, stderr } = await execa('git', words, { env, reject: false });
  await rm(folder, { recursive: true });
  if (exitCode !== 0) throw new Torn(`git clone: ${stderr.slice(-300)}`);
}

const kinds = { archive, index, galaxy, repository } as const;

/** `count` of each kind read until they are stopped. */
export function read(mirror: string, count: number): () => Promise<Reading> {
  let isOver = false;
  const whole = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
  const torn: string[] = [];
  const reader = async (kind: string, once: (mirror: string) => Promise<void>): Promise<void> => {
    while (!isOver) {
      // A machine of two processors has to publish meanwhile.
      await sleep(20);
      await once(mirror).then(
        () => void (whole[kind] = (whole[kind] ?? 0) + 1),
        (error: unknown) =>
          void torn.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`),
      );
    }
  };
  const all = Object.entries(kinds).flatMap(([kind, once]) =>
    Array.from({ length: count }, () => reader(kind, once)),
  );
  return async () => {
    isOver = true;
    await Promise.all(all);
    return { whole, torn };
  };
}
