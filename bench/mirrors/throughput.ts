// SPDX-License-Identifier: Apache-2.0
// The same files from the same web server by curl, by the fetch of the activities, and by aptly.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { DebArchive } from '../../test/mirror/deb/deb-archive.ts';
import { MirrorLab, mirrorTools } from '../../test/mirror/mirror-lab.ts';
import { bundleProgram } from '../../test/run-ts.mjs';
import { WORKER_THREADS } from '../../workers/embedded/worker-process.ts';
import { findFreePort } from '../../workers/embedded/border/listening-process.ts';
import { median } from '../report.ts';
import { Aptly } from './aptly.ts';
import type { FetchEnd, FetchOrder } from './fetch-kind.ts';
import { argsOf, pins } from './lab-site.ts';

/** As packages of Debian are, and as large ones are: the second is the set of the first trial. */
const shapes = [
  { fileCount: 100, fileBytes: 1_000_000 },
  { fileCount: 7, fileBytes: 14_000_000 },
] as const;

export interface Throughput {
  readonly files: number;
  readonly bytes: number;
  readonly runs: number;
  /** Medians, seconds. */
  readonly curl: number;
  /** curl, then sha256sum and sync: what the others do as well. */
  readonly checked: number;
  /** Files alone: each hashed and on the disk. */
  readonly fetched: number;
  /** With the signed index and the plan. */
  readonly whole: number;
  readonly aptly: number;
}

export async function benchThroughput(rounds: number): Promise<Throughput[]> {
  const all: Throughput[] = [];
  for (const shape of shapes) all.push(await measured(shape, rounds));
  return all;
}

async function measured(
  { fileCount, fileBytes }: (typeof shapes)[number],
  rounds: number,
): Promise<Throughput> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-throughput-'));
  const archive = await DebArchive.create();
  const lab = await MirrorLab.create();
  const names = Array.from({ length: fileCount }, (_, index) => `file${index}`);
  try {
    const files = await archive.publish(
      'stable',
      names.map((name) => ({ name, version: '1', bytes: fileBytes })),
    );
    await layOut(join(folder, 'archive'), files);
    const key = join(folder, 'key.asc');
    await writeFile(key, archive.publicKey);
    const server = await serve(folder, join(folder, 'archive'));
    const args = argsOf({
      deb: [{ name: 'lab', url: server.url, suites: ['stable'], signedBy: key, packages: names }],
    });
    const paths = [...files.keys()].filter((path) => path.endsWith('.deb'));
    const times: Record<'curl' | 'checked' | 'fetched' | 'whole' | 'aptly', number[]> = {
      curl: [],
      checked: [],
      fetched: [],
      whole: [],
      aptly: [],
    };
    for (let round = 0; round <= rounds; round += 1) {
      const here = join(folder, `round-${round}`);
      await mkdir(here);
      const of = { here, url: server.url };
      const order: Omit<FetchOrder, 'isWhole' | 'data'> = { kind: 'deb', args, run: 'a'.repeat(16) };
      const curl = await byCurl(of, paths);
      const checked = curl + (await byShell(here));
      const pinned = { ...lab.site, data: join(here, 'pinned'), inside: join(here, 'pinned') };
      await pins.deb(pinned, args, (step) => lab.scope(step, order.run));
      const fetched = await byFetch(here, { ...order, data: pinned.data, isWhole: false });
      const whole = await byFetch(here, { ...order, data: join(here, 'whole'), isWhole: true });
      const aptly = await Aptly.create(join(here, 'aptly'), key);
      await aptly.mirror(server.url);
      const updated = await aptly.update();
      await rm(here, { recursive: true });
      // The first warms up.
      if (round === 0) continue;
      for (const [name, seconds] of Object.entries({ curl, checked, fetched, whole, aptly: updated }))
        times[name as keyof typeof times].push(seconds);
    }
    await server.stop();
    const medians = Object.fromEntries(Object.entries(times).map(([name, all]) => [name, median(all)]));
    return {
      files: paths.length,
      bytes: fileCount * fileBytes,
      runs: rounds,
      ...medians,
    } as unknown as Throughput;
  } finally {
    await lab.remove();
    await archive.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

async function layOut(root: string, files: ReadonlyMap<string, Buffer>): Promise<void> {
  for (const [path, bytes] of files) {
    await mkdir(dirname(join(root, path)), { recursive: true });
    await writeFile(join(root, path), bytes);
  }
}

/** By nginx: an upstream that is not what is measured. */
async function serve(
  folder: string,
  root: string,
): Promise<{ readonly url: string; readonly stop: () => Promise<void> }> {
  const port = await findFreePort(0);
  const temporary = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'].map(
    (name) => `${name}_temp_path ${join(folder, name)};`,
  );
  const lines = [
    'user root;',
    `pid ${join(folder, 'nginx.pid')};`,
    'daemon off;',
    'events {}',
    `http { access_log off; sendfile on; ${temporary.join(' ')}`,
    `server { listen 127.0.0.1:${port}; root ${root}; } }`,
  ];
  const path = join(folder, 'nginx.conf');
  await writeFile(path, lines.join('\n'));
  const program = join(await mirrorTools(), 'usr/sbin/nginx');
  const nginx = execa(program, ['-e', 'stderr', '-p', folder, '-c', path], { reject: false });
  const url = `http://127.0.0.1:${port}`;
  for (let tries = 0; tries < 100; tries += 1) {
    if ((await fetch(url).catch(() => null)) !== null) break;
    await sleep(50);
  }
  return {
    url,
    stop: async () => {
      nginx.kill('SIGTERM');
      await nginx;
    },
  };
}

interface Round {
  readonly here: string;
  readonly url: string;
}

/** As many at once as the activities fetch. */
async function byCurl({ here, url }: Round, paths: readonly string[]): Promise<number> {
  const list = join(here, 'curl.list');
  const lines = paths.map(
    (path, index) => `url = "${url}/${path}"\noutput = "${join(here, `curl-${index}`)}"\n`,
  );
  await writeFile(list, lines.join(''));
  const began = performance.now();
  await execa('curl', [
    '--silent',
    '--fail',
    '--noproxy',
    '*',
    '--parallel',
    '--parallel-max',
    '4',
    '--config',
    list,
  ]);
  return (performance.now() - began) / 1000;
}

async function byShell(here: string): Promise<number> {
  const began = performance.now();
  await execa('sh', ['-c', 'sha256sum curl-* > /dev/null && sync curl-*'], { cwd: here });
  return (performance.now() - began) / 1000;
}

/** Without the start of the program: a worker runs already. */
async function byFetch(here: string, order: FetchOrder): Promise<number> {
  await mkdir(order.data, { recursive: true });
  const path = join(here, 'order.json');
  await writeFile(path, JSON.stringify(order));
  // As a worker is started.
  const env = { UV_THREADPOOL_SIZE: String(WORKER_THREADS) };
  const { stdout } = await execa('node', [await bundleProgram('bench/mirrors/fetch-kind.ts'), path], { env });
  return (JSON.parse(stdout) as FetchEnd).seconds;
}
