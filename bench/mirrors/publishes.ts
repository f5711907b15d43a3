// SPDX-License-Identifier: Apache-2.0
// Revisions of five kinds published one after the other under clients that read all the time, and publications that are killed:
// how many clients see a half. Beside it: aptly alone, as its documentation has it.
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { execa } from 'execa';
import { publishedDigest, readPublished } from '../../activities/mirror/pointer.ts';
import { publishedDifferences, publishLive } from '../../activities/mirror/publish.ts';
import { signingKeyId } from '../../activities/mirror/signing-key.ts';
import { readMarked, writeMark } from '../../activities/mirror/site.ts';
import type { DebManifest } from '../../workflows/contracts/mirror/deb/pins.ts';
import { sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import { MirrorLab, mirrorTools } from '../../test/mirror/mirror-lab.ts';
import { registryTools } from '../../test/mirror/oci/registry-upstream.ts';
import type { Reading } from '../../test/proofs/mirror-site/readers.ts';
import { SiteUpstreams } from '../../test/proofs/mirror-site/upstreams.ts';
import { bundleProgram } from '../../test/run-ts.mjs';
import { argsOf, refresh, type LabArgs } from './lab-site.ts';
import type { PublishOrder } from './publish-revision.ts';

/** Of each kind. */
const readers = 8;

/** Each publication is another one than the two before it. */
const runs = ['a', 'b', 'c'].map((each) => each.repeat(16));

export interface Publications {
  readonly publications: number;
  readonly kills: number;
  readonly seconds: number;
  readonly reading: Reading;
  /** Killed publications that the next try did not bring to their end. */
  readonly unfinished: number;
  readonly aptly: { readonly publications: number; readonly reading: Reading };
}

export async function benchPublishes(rounds: number, kills: number): Promise<Publications> {
  const upstreams = await SiteUpstreams.start(50_000);
  const lab = await MirrorLab.create('lab', [await registryTools()]);
  try {
    const args = await argsFor(upstreams);
    for (const [index, run] of runs.entries()) {
      // The first is there.
      if (index > 0) await upstreams.serve(index + 1);
      await refresh(lab.site, args, (step) => lab.scope(step, run));
    }
    await publish(lab, 0);
    const stop = await reading(lab, 'all');
    const began = performance.now();
    for (let round = 1; round <= rounds; round += 1) await publish(lab, round);
    const seconds = (performance.now() - began) / 1000;
    let unfinished = 0;
    for (let round = 1; round <= kills; round += 1) unfinished += await killedPublish(lab, rounds + round);
    const seen = await stop();
    const aptly = await plainAptly(lab, Math.min(rounds, 100));
    return { publications: rounds, kills, seconds, reading: seen, unfinished, aptly };
  } finally {
    await lab.remove();
    await upstreams.stop();
  }
}

async function argsFor(upstreams: SiteUpstreams): Promise<LabArgs> {
  const key = join(upstreams.archive.folder, 'key.asc');
  await writeFile(key, upstreams.archive.publicKey);
  return argsOf(upstreams.sources(key, false));
}

const runOf = (round: number): string => runs[round % runs.length] ?? '';

async function publish(lab: MirrorLab, round: number): Promise<void> {
  const run = runOf(round);
  await writeMark(lab.site, { nonce: run }, 'expected', await publishedDigest(lab.site));
  await publishLive(lab.site, lab.scope('published', run), { isHeld: false, now: new Date() });
}

/** Kills the process and aptly at a moment by chance, then publishes again. Returns 1 when that does not end well. */
async function killedPublish(lab: MirrorLab, round: number): Promise<number> {
  const { site } = lab;
  const run = runOf(round);
  await writeMark(site, { nonce: run }, 'expected', await publishedDigest(site));
  const folder = dirname(site.data);
  const order: PublishOrder = {
    folder,
    programs: [await registryTools(), join(await mirrorTools(), 'usr/bin')],
    ports: site,
    run,
    occurrence: lab.scope('published', run).context.occurrence,
  };
  const path = join(folder, 'order.json');
  await writeFile(path, JSON.stringify(order));
  const program = await bundleProgram('bench/mirrors/publish-revision.ts');
  const publishing = execa('node', [program, path], { reject: false });
  await sleep(200 + 1300 * Math.random());
  publishing.kill('SIGKILL');
  await killAptly(site.configuration);
  await publishing;
  try {
    await publishLive(site, lab.scope('published', run), { isHeld: false, now: new Date() });
    const left = await publishedDifferences(site, lab.scope('published', run), { isHeld: false });
    return left.length === 0 && (await readPublished(site)) !== null ? 0 : 1;
  } catch {
    return 1;
  }
}

/** Those of this lab, by the configuration that they were given. */
async function killAptly(configuration: string): Promise<void> {
  for (const pid of (await readdir('/proc')).filter((name) => /^\d+$/.test(name))) {
    const words = (await readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => '')).split('\0');
    if (words[0]?.endsWith('aptly') === true && words.includes(`-config=${configuration}`))
      process.kill(Number(pid), 'SIGKILL');
  }
}

async function reading({ site }: MirrorLab, way: 'all' | 'plain'): Promise<() => Promise<Reading>> {
  const program = await bundleProgram('bench/mirrors/read-mirror.ts');
  const words = [program, `http://127.0.0.1:${site.webPort}`, String(readers), way];
  const clients = execa('node', words, { stdin: 'pipe' });
  return async () => {
    clients.stdin.end();
    return JSON.parse((await clients).stdout) as Reading;
  };
}

/** `publish switch` with its defaults: nothing by hash, and what the last snapshot alone had is removed at once. */
async function plainAptly(lab: MirrorLab, rounds: number): Promise<Publications['aptly']> {
  const { site } = lab;
  const snapshots: string[] = [];
  for (const nonce of runs) {
    const { suites } = await readMarked<DebManifest>(site, { nonce }, 'deb.manifest');
    snapshots.push(suites[0]?.snapshot ?? '');
  }
  const environment = { GNUPGHOME: join(site.inside, sitePaths.gnupg) };
  const key = await signingKeyId(site);
  const aptly = (...words: string[]) =>
    site.host.output(['aptly', `-config=${site.configuration}`, 'publish', ...words], { environment });
  const signed = ['-batch', `-gpg-key=${key}`];
  await aptly(
    'snapshot',
    ...signed,
    '-distribution=stable',
    '-architectures=amd64',
    snapshots[0] ?? '',
    'live/plain',
  );
  const stop = await reading(lab, 'plain');
  for (let round = 1; round <= rounds; round += 1)
    await aptly('switch', ...signed, 'stable', 'live/plain', snapshots[round % snapshots.length] ?? '');
  return { publications: rounds, reading: await stop() };
}
