// SPDX-License-Identifier: Apache-2.0
// What a refresh costs when the upstream did not change: its requests and index work, and aptly's, for one suite with a large index.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { DebArchive } from '../../test/mirror/deb/deb-archive.ts';
import { UpstreamServer } from '../../test/mirror/upstream-server.ts';
import { bundleProgram } from '../../test/run-ts.mjs';
import { Aptly } from './aptly.ts';
import type { FetchEnd, FetchOrder } from './fetch-kind.ts';
import { argsOf } from './lab-site.ts';
import { median } from '../report.ts';

/** About what a suite of Debian has for one architecture. @source trixie main: 68,000 packages, 9.6 MB as xz */
const stanzaCount = 60_000;

interface Refreshed {
  readonly bytes: number;
  readonly seconds: number;
}

export interface Unchanged {
  /** Of Release file and index, packed. */
  readonly metadataBytes: number;
  readonly packages: number;
  readonly holdfast: Refreshed;
  readonly aptly: Refreshed;
}

export async function benchUnchanged(rounds: number): Promise<Unchanged> {
  const archive = await DebArchive.create();
  const upstream = await UpstreamServer.start();
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-unchanged-'));
  try {
    const built = [{ name: 'app', version: '1.0', bytes: 10_000 }];
    for (const [path, bytes] of await archive.publish('stable', built, {}, stanzas()))
      upstream.files.set(path, bytes);
    const key = join(folder, 'key.asc');
    await writeFile(key, archive.publicKey);
    const measured = async (once: (round: number) => Promise<number>): Promise<Refreshed> => {
      await once(0);
      const all: Refreshed[] = [];
      for (let round = 1; round <= rounds; round += 1) {
        upstream.sent.clear();
        const seconds = await once(round);
        all.push({ bytes: upstream.sentBytes, seconds });
      }
      const [bytes, seconds] = (['bytes', 'seconds'] as const).map((key_) =>
        median(all.map((each) => each[key_])),
      );
      return { bytes: bytes ?? 0, seconds: seconds ?? 0 };
    };
    const sizes = [...upstream.files].filter(([path]) => path.endsWith('InRelease') || path.endsWith('.gz'));
    return {
      metadataBytes: sizes.reduce((sum, [, { length }]) => sum + length, 0),
      packages: stanzaCount + built.length,
      holdfast: await measured(await ours(folder, upstream.url, key)),
      aptly: await measured(await aptlys(folder, upstream.url, key)),
    };
  } finally {
    await upstream.stop();
    await archive.remove();
    await rm(folder, { recursive: true, force: true });
  }
}

function stanzas(): string[] {
  const digest = (index: number): string => index.toString(16).padStart(64, '0123456789abcdef');
  return Array.from({ length: stanzaCount }, (_, index) =>
    [
      `Package: further-${index}`,
      `Version: 1.${index % 97}-${index % 7}`,
      'Architecture: amd64',
      'Maintainer: A Test <test@example.org>',
      `Depends: further-${(index * 7) % stanzaCount} (>= 1.0), further-${(index * 13) % stanzaCount}`,
      `Description: package ${index} of a generated archive`,
      `Filename: pool/main/f/further-${index}/further-${index}_1_amd64.deb`,
      `Size: ${1000 + index}`,
      `SHA256: ${digest(index)}`,
      '',
    ].join('\n'),
  );
}

async function ours(folder: string, url: string, key: string): Promise<(round: number) => Promise<number>> {
  const program = await bundleProgram('bench/mirrors/fetch-kind.ts');
  const args = argsOf({ deb: [{ name: 'lab', url, suites: ['stable'], signedBy: key, packages: ['app'] }] });
  return async (round) => {
    const run = String(round).padStart(16, '0');
    const order: FetchOrder = { kind: 'deb', data: join(folder, 'site'), args, run, isWhole: true };
    const path = join(folder, 'order.json');
    await writeFile(path, JSON.stringify(order));
    const { stdout } = await execa('node', [program, path]);
    return (JSON.parse(stdout) as FetchEnd).seconds;
  };
}

async function aptlys(folder: string, url: string, key: string): Promise<() => Promise<number>> {
  const aptly = await Aptly.create(join(folder, 'aptly'), key);
  await aptly.mirror(url, 'app');
  return () => aptly.update();
}
