// SPDX-License-Identifier: Apache-2.0
// Many small files by one fetch: how long it takes, and how much memory its process has at most.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { pythonIndex } from '../../test/mirror/pypi/python-index.ts';
import { UpstreamServer } from '../../test/mirror/upstream-server.ts';
import { bundleProgram } from '../../test/run-ts.mjs';
import { WORKER_THREADS } from '../../workers/embedded/worker-process.ts';
import type { FetchEnd, FetchOrder } from './fetch-kind.ts';
import { argsOf } from './lab-site.ts';

/** The first is what a process has anyway. */
const projectCounts = [5, 500];
const versionCount = 100;

export interface ManyFiles extends FetchEnd {
  readonly files: number;
}

export async function benchManyFiles(): Promise<ManyFiles[]> {
  const all: ManyFiles[] = [];
  for (const count of projectCounts) all.push(await fetched(count));
  return all;
}

async function fetched(projectCount: number): Promise<ManyFiles> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-many-'));
  const upstream = await UpstreamServer.start();
  try {
    const projects = Array.from({ length: projectCount }, (_, index) => `project-${index}`);
    const wheels = projects.flatMap((project) =>
      Array.from({ length: versionCount }, (_, index) => ({
        project,
        version: `1.${index}`,
        bytes: 100,
        hasMetadata: false,
      })),
    );
    for (const [path, bytes] of pythonIndex(wheels)) upstream.files.set(path, bytes);
    const named = projects.map((name) => ({ name, newest: versionCount }));
    const args = argsOf({ pypi: [{ name: 'lab', url: `${upstream.url}/simple`, projects: named }] });
    const order: FetchOrder = {
      kind: 'pypi',
      data: join(folder, 'site'),
      args,
      run: 'a'.repeat(16),
      isWhole: true,
    };
    const path = join(folder, 'order.json');
    await writeFile(path, JSON.stringify(order));
    const env = { UV_THREADPOOL_SIZE: String(WORKER_THREADS) };
    const { stdout } = await execa('node', [await bundleProgram('bench/mirrors/fetch-kind.ts'), path], {
      env,
    });
    return { files: wheels.length, ...(JSON.parse(stdout) as FetchEnd) };
  } finally {
    await upstream.stop();
    await rm(folder, { recursive: true, force: true });
  }
}
