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

/** A read that does not fit together. */
export class Torn extends Error {}

/** @throws Torn for any answer but 200 */
export async function get(url: string, accept = '*/*'): Promise<Buffer> {
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

/** As containers' tools read: a tag, its index, the image of this platform, then every blob. */
async function image(mirror: string): Promise<void> {
  const url = `${mirror}/v2/lab/team/app`;
  const list = JSON.parse((await get(`${url}/manifests/stable`)).toString()) as {
    manifests: { digest: string; platform: { architecture: string } }[];
  };
  const found = list.manifests.find(({ platform }) => platform.architecture === 'amd64');
  if (found === undefined) throw new Torn('the index of team/app names no image');
  const digestOf = (text: string): string => text.slice('sha256:'.length);
  const text = await getSound(`${url}/manifests/${found.digest}`, digestOf(found.digest));
  const { config, layers } = JSON.parse(text.toString()) as {
    config: { digest: string };
    layers: { digest: string }[];
  };
  for (const { digest } of [config, ...layers]) await getSound(`${url}/blobs/${digest}`, digestOf(digest));
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

/** One whole read of a mirror. @throws Torn */
type Read = (mirror: string) => Promise<void>;

const everyKind: Readonly<Record<string, Read>> = { archive, index, galaxy, image, repository };

export interface Readers {
  /** Of each kind. */
  readonly count: number;
  /** Default: all. */
  readonly kinds?: Readonly<Record<string, Read>>;
  /** How long a client rests, in the time that it read, at least 20 ms: others have to work meanwhile. Default: 0. */
  readonly rest?: number;
}

/** Clients read until they are stopped. */
export function read(
  mirror: string,
  { count, kinds = everyKind, rest = 0 }: Readers,
): () => Promise<Reading> {
  let isOver = false;
  const whole = Object.fromEntries(Object.keys(kinds).map((kind) => [kind, 0]));
  const torn: string[] = [];
  const reader = async (kind: string, once: Read): Promise<void> => {
    let took = 0;
    while (!isOver) {
      // A machine of two processors has to publish meanwhile.
      await sleep(Math.max(20, took * rest));
      const began = performance.now();
      await once(mirror).then(
        () => void (whole[kind] = (whole[kind] ?? 0) + 1),
        (error: unknown) =>
          void torn.push(`${kind}: ${error instanceof Error ? error.message : String(error)}`),
      );
      took = performance.now() - began;
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
