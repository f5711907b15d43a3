// SPDX-License-Identifier: Apache-2.0
// Store, fetch and loop against a real server on loopback that misbehaves in one way each time.
import { execFileSync } from 'node:child_process';
import { appendFile, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile, chmod } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContentStore } from '../../../activities/clients/content/content-store.ts';
import { fetchAll } from '../../../activities/clients/content/fetch-all.ts';
import { HostBudget } from '../../../activities/clients/content/host-budget.ts';
import { fetchContent } from '../../../activities/clients/content/range-fetch.ts';
import { generated, sha256Of, UpstreamServer } from '../upstream-server.ts';

let upstream: UpstreamServer;
let folder: string;
let store: ContentStore;
let budget: HostBudget;

beforeEach(async () => {
  upstream = await UpstreamServer.start();
  folder = await mkdtemp(join(tmpdir(), 'holdfast-content-'));
  store = new ContentStore(join(folder, 'content'));
  budget = new HostBudget(join(folder, 'budgets'));
});

afterEach(async () => {
  await upstream.stop();
  await rm(folder, { recursive: true, force: true });
});

const fetched = (wanted: { url: string; digest: string; size: number }) =>
  fetchContent(store, wanted, { budget, pauseMilliseconds: 1 });

/** As a process that was killed leaves it: pid 1 began at another time. */
async function leavePart(digest: string, bytes: Buffer, etag: string | null, url: string): Promise<void> {
  await mkdir(store.parts, { recursive: true });
  const path = join(store.parts, `${digest}.1-123`);
  await writeFile(path, bytes);
  if (etag !== null) await writeFile(`${path}.from`, JSON.stringify({ url, etag }));
}

describe('fetchContent', () => {
  it('fetchContent() stores a file read-only, whole and under its digest, and leaves no part', async () => {
    const wanted = upstream.add('a+b.deb', generated('a', 300_000));
    await fetched({ ...wanted, url: `${upstream.url}/a%2bb.deb` });
    expect(await store.soundness(wanted)).toBe('sound');
    expect((await stat(store.path(wanted.digest))).mode & 0o777).toBe(0o444);
    expect(await readdir(store.parts)).toEqual([]);
    await fetched(wanted);
    expect(upstream.asked).toHaveLength(1);
  });

  it('fetchContent() asks for the rest alone when a dead process left a part', async () => {
    const bytes = generated('big', 1_000_000);
    const wanted = upstream.add('big', bytes);
    await leavePart(
      wanted.digest,
      bytes.subarray(0, 600_000),
      `"${sha256Of(bytes).slice(0, 20)}"`,
      wanted.url,
    );
    await fetched(wanted);
    expect(upstream.asked[0]).toMatchObject({ range: 'bytes=600000-' });
    expect(upstream.asked[0]?.headers['if-range']).toBe(`"${sha256Of(bytes).slice(0, 20)}"`);
    expect(upstream.sentBytes).toBe(400_000);
  });

  it('fetchContent() takes over no part of a process that lives', async () => {
    const bytes = generated('big', 100_000);
    const wanted = upstream.add('big', bytes);
    const start = (await readFile('/proc/1/stat', 'utf8')).replace(/^.*\) /, '').split(' ')[19] ?? '';
    await mkdir(store.parts, { recursive: true });
    const others = join(store.parts, `${wanted.digest}.1-${start}`);
    await writeFile(others, bytes.subarray(0, 50_000));
    await fetched(wanted);
    await appendFile(others, 'written by the other one');
    expect(await store.soundness(wanted)).toBe('sound');
    expect(upstream.sentBytes).toBe(100_000);
  });

  it('fetchContent() begins one file anew when the server has no ranges', async () => {
    const bytes = generated('big', 200_000);
    const wanted = upstream.add('big', bytes);
    upstream.hasRanges = false;
    await leavePart(wanted.digest, bytes.subarray(0, 150_000), null, wanted.url);
    await fetched(wanted);
    expect(await store.soundness(wanted)).toBe('sound');
    expect(upstream.sentBytes).toBe(200_000);
  });

  it('fetchContent() begins anew once when the part is of another version', async () => {
    const wanted = upstream.add('big', generated('big', 200_000));
    await leavePart(wanted.digest, generated('other', 150_000), null, wanted.url);
    await fetched(wanted);
    expect(await store.soundness(wanted)).toBe('sound');
    expect(upstream.asked.map(({ range }) => range)).toEqual(['bytes=150000-', undefined]);
  });

  it('fetchContent() begins anew when the part is longer than the file', async () => {
    const wanted = upstream.add('big', generated('big', 1000));
    await leavePart(wanted.digest, generated('other', 1500), null, wanted.url);
    await fetched(wanted);
    expect(await store.soundness(wanted)).toBe('sound');
  });

  it('fetchContent() goes on where a connection was cut, and counts no byte twice', async () => {
    const bytes = generated('big', 1_000_000);
    const wanted = upstream.add('big', bytes);
    let cuts = 0;
    upstream.trouble = (request, response) => {
      if (cuts >= 3) return false;
      cuts += 1;
      const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1] ?? 0);
      const range = { 'content-range': `bytes ${first}-999999/1000000` };
      response.writeHead(first === 0 ? 200 : 206, {
        'content-length': 1_000_000 - first,
        ...(first > 0 && range),
      });
      response.write(bytes.subarray(first, first + 100_000), () => response.destroy());
      return true;
    };
    let came = 0;
    await fetchContent(store, wanted, { budget, pauseMilliseconds: 1, onBytes: (count) => (came += count) });
    expect(came).toBe(1_000_000);
    expect(cuts).toBe(3);
  });

  it('fetchContent() waits for Retry-After and uses no try for it', async () => {
    const wanted = upstream.add('big', generated('big', 1000));
    let refusals = 0;
    upstream.trouble = (_, response) => {
      if (refusals >= 7) return false;
      refusals += 1;
      response.writeHead(refusals === 1 ? 429 : 503, { 'retry-after': refusals === 1 ? '1' : '0' }).end();
      return true;
    };
    const began = performance.now();
    await fetched(wanted);
    expect(performance.now() - began).toBeGreaterThan(900);
    expect(await store.soundness(wanted)).toBe('sound');
  });

  it('fetchContent() gives up as Unreachable after five tries of nothing but 500', async () => {
    const wanted = upstream.add('big', generated('big', 1000));
    upstream.trouble = (_, response) => response.writeHead(500).end() !== null;
    await expect(fetched(wanted)).rejects.toMatchObject({
      code: 'Unreachable',
      facts: { cause: 'HTTP 500' },
    });
    expect(upstream.asked).toHaveLength(5);
  });

  it('fetchContent() refuses at once what is not there, and names no password of the URL', async () => {
    const failure = await fetched({
      url: `http://user:hunter2@${upstream.host}/none?token=hunter2`,
      digest: sha256Of(Buffer.from('x')),
      size: 1,
    }).catch((error: unknown) => error as Error);
    expect(failure).toMatchObject({ code: 'Rejected', facts: { cause: 'HTTP 404' } });
    expect(JSON.stringify([failure, (failure as Error).message])).not.toContain('hunter2');
    expect(upstream.asked).toHaveLength(1);
  });

  it.each([
    ['other bytes', generated('other', 1000)],
    ['more bytes', generated('big', 1001)],
    ['fewer bytes', generated('big', 999)],
  ])('fetchContent() refuses %s than the index says, and keeps none of them', async (_, served) => {
    const wanted = upstream.add('big', generated('big', 1000));
    upstream.files.set('big', served);
    await expect(fetched(wanted)).rejects.toMatchObject({ code: 'Rejected' });
    expect(await store.soundness(wanted)).toBe('absent');
    expect(await readdir(store.parts)).toEqual([]);
  });

  it('fetchContent() fetches once when two ask for one digest at the same time', async () => {
    const wanted = upstream.add('big', generated('big', 500_000));
    await Promise.all([fetched(wanted), fetched(wanted), fetched(wanted)]);
    expect(upstream.sentBytes).toBe(500_000);
  });
});

describe('ContentStore', () => {
  it('soundness() finds one changed byte, and the file is fetched again once it was removed', async () => {
    const wanted = upstream.add('big', generated('big', 100_000));
    await fetched(wanted);
    const path = store.path(wanted.digest);
    await chmod(path, 0o644);
    const bytes = await readFile(path);
    bytes.writeUInt8(bytes.readUInt8(5000) ^ 1, 5000);
    await writeFile(path, bytes);
    expect(await store.has(wanted)).toBe(true);
    expect(await store.soundness(wanted)).toBe('rotten');
    await expect(store.read(wanted.digest)).rejects.toMatchObject({ code: 'Rejected' });
    await store.remove(wanted.digest);
    await fetched(wanted);
    expect(await store.soundness(wanted)).toBe('sound');
  });

  it('path() refuses what is not a digest', () => {
    expect(() => store.path('../../etc/passwd')).toThrow('Not a SHA-256');
  });

  it('put() replaces a damaged file and is idempotent', async () => {
    const content = await store.put(Buffer.from('text'));
    await chmod(store.path(content.digest), 0o644);
    await writeFile(store.path(content.digest), 'tixt');
    expect(await store.put(Buffer.from('text'))).toEqual(content);
    expect(await store.read(content.digest)).toEqual(Buffer.from('text'));
  });
});

describe('fetchAll', () => {
  it('fetchAll() fetches each content once and says how far it is', async () => {
    const names = Array.from({ length: 12 }, (_, index) => `file-${index}`);
    const wanted = names.map((name) => upstream.add(name, generated(name, 50_000)));
    const said: string[] = [];
    const signal = new AbortController().signal;
    const tell = (text: string): void => void said.push(text);
    const bytes = await fetchAll(store, [...wanted, ...wanted], { budget, signal, tell });
    expect(bytes).toBe(600_000);
    expect(upstream.sentBytes).toBe(600_000);
    expect(said.at(-1)).toMatch(/^12 of 12 files, 600\.0 kB of 600\.0 kB, [\d.]+ MB\/s, 0 s left$/);
    expect(await fetchAll(store, wanted, { budget, signal, tell })).toBe(0);
  });

  it('fetchAll() ends with the first file that is refused, and keeps what came of the others', async () => {
    const good = upstream.add('good', generated('good', 2_000_000));
    upstream.bytesPerSecond = 4_000_000;
    const bad = { url: `${upstream.url}/none`, digest: sha256Of(Buffer.from('x')), size: 1 };
    const run = fetchAll(store, [good, bad], {
      budget,
      signal: new AbortController().signal,
      tell: () => {},
    });
    await expect(run).rejects.toMatchObject({ code: 'Rejected' });
    upstream.sent.clear();
    await fetched(good);
    expect(upstream.sentBytes).toBeLessThanOrEqual(2_000_000);
    expect(await store.soundness(good)).toBe('sound');
  });

  it('the store holds what sha256sum sees', async () => {
    const wanted = upstream.add('big', generated('big', 123_457));
    await fetched(wanted);
    const [seen] = execFileSync('sha256sum', [store.path(wanted.digest)], { encoding: 'utf8' }).split(' ');
    expect(seen).toBe(wanted.digest);
  });
});
