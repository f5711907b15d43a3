// SPDX-License-Identifier: Apache-2.0
// What is fetched twice when a fetch of the activities is killed, at many random moments of each kind.
import { stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { sha256OfFile } from '../../activities/clients/content/content-store.ts';
import { filesBelow } from '../../activities/mirror/rollback.ts';
import { MirrorLab } from '../../test/mirror/mirror-lab.ts';
import { UpstreamServer } from '../../test/mirror/upstream-server.ts';
import { bundleProgram } from '../../test/run-ts.mjs';
import { killedAt } from './killed-at.ts';
import type { FetchOrder } from './fetch-kind.ts';
import { LargeUpstreams, setBytes } from './large-upstreams.ts';
import { pins, type Kind } from './lab-site.ts';
import { bytesPerSecond, killAptly, killSkopeo, type KilledFetches } from './killed-tools.ts';

/** `kills` of all kinds together. */
export async function benchKills(kills: number): Promise<KilledFetches[]> {
  const upstreams = await LargeUpstreams.start();
  const lab = await MirrorLab.create();
  try {
    const program = await bundleProgram('bench/mirrors/fetch-kind.ts');
    const rows: KilledFetches[] = [];
    for (const kind of ['deb', 'oci', 'pypi', 'ansible'] as const) {
      const own = { kind, kills: Math.ceil(kills / 4), program };
      rows.push(await killOurs(upstreams, lab, own));
    }
    rows.push(await killAptly(upstreams), await killSkopeo(upstreams));
    return rows;
  } finally {
    await lab.remove();
    await upstreams.stop();
  }
}

interface Killing {
  readonly kind: Exclude<Kind, 'git'>;
  readonly kills: number;
  readonly program: string;
}

async function killOurs(
  upstreams: LargeUpstreams,
  lab: MirrorLab,
  { kind, kills, program }: Killing,
): Promise<KilledFetches> {
  const server = upstreams[kind];
  const run = 'a'.repeat(16);
  await pins[kind](lab.site, upstreams.args, (step) => lab.scope(step, run));
  const before = await storedBytes(lab.site.data);
  if (server instanceof UpstreamServer) server.sent.clear();
  else server.sentBytes = 0;
  server.bytesPerSecond = bytesPerSecond;
  // What is on the way when a process dies is lost to every program.
  server.piecesPerSecond = 200;
  const order: FetchOrder = { kind, data: lab.site.data, args: upstreams.args, run, isWhole: false };
  const path = join(upstreams.archive.folder, 'order.json');
  await writeFile(path, JSON.stringify(order));
  let done = 0;
  while (done < kills) {
    const mark =
      server.sentBytes +
      Math.max(1, (Math.random() * 1.6 * (setBytes - server.sentBytes)) / (kills - done + 1));
    const fetching = execa('node', [program, path], { reject: false });
    if (await killedAt(fetching, () => server.sentBytes >= mark)) done += 1;
    else throw new Error(`the fetch of ${kind} ended before it was killed ${kills} times`);
  }
  server.bytesPerSecond = Number.POSITIVE_INFINITY;
  await execa('node', [program, path]);
  const bytes = (await storedBytes(lab.site.data)) - before;
  return { tool: 'holdfast', what: kind, kills, bytes, twice: server.sentBytes - bytes };
}

/** Of all contents, each of which has the digest that names it. */
async function storedBytes(data: string): Promise<number> {
  let bytes = 0;
  for (const [name, path] of await filesBelow(join(data, 'content/sha256'))) {
    if ((await sha256OfFile(path)) !== name) throw new Error(`stored content ${name} is damaged`);
    bytes += (await stat(path)).size;
  }
  return bytes;
}
