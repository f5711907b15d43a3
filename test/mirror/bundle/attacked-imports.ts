// SPDX-License-Identifier: Apache-2.0
// Every attack on a medium is refused before a byte of it is served: the tree that clients see stays as it is, link by link.
import { mkdir, readdir, readFile, readlink, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import { filesBelow } from '../../../activities/mirror/rollback.ts';
import { sha256OfFile } from '../../../activities/clients/content/content-store.ts';
import { BundleLab } from './bundle-lab.ts';
import { attacks, type Attack } from './hostile-media.ts';

let lab: BundleLab;
let receives: BundleLab['receives'];

const folders = ['far', 'state', 'medium'];

const saved = (name: string): string => join(lab.folder, 'saved', name);

/** Every path that the web server reads, with what it holds or leads to. */
async function servedTree(): Promise<Map<string, string>> {
  const { data } = lab.far.site;
  const tree = new Map<string, string>();
  for (const folder of ['pypi', 'keys', 'sbom', 'keyrings'])
    for (const entry of await readdir(join(data, folder), { recursive: true, withFileTypes: true }).catch(
      () => [],
    )) {
      const path = join(entry.parentPath, entry.name);
      if (entry.isSymbolicLink()) tree.set(path, await readlink(path));
      else if (entry.isFile()) tree.set(path, await readFile(path, 'utf8'));
    }
  for (const name of ['published.json', 'received.json'])
    tree.set(name, await readFile(join(data, name), 'utf8'));
  return tree;
}

/** The far site has published the first bundle; the second, which is attacked, lies on the medium. */
async function publishAndExport(): Promise<void> {
  lab = await BundleLab.create();
  ({ receives } = lab);
  await lab.publishNear('1', [10, 20_000]);
  await lab.exportBundle();
  await lab.importBundle();
  await rm(lab.medium, { recursive: true });
  await lab.publishNear('2', [30_000, 30_000, 60_000, 200, 150_000]);
  await lab.exportBundle();
  await mkdir(join(lab.folder, 'saved'));
  for (const name of folders) await rename(join(lab.folder, name), saved(name));
}

/** Both sites and the medium, as they were before an attack. */
async function putBack(): Promise<void> {
  lab.receives = receives;
  const paths = folders.map((name) => join(lab.folder, name));
  for (const path of paths) await rm(path, { recursive: true, force: true });
  // A site never changes a file in place: links are as good as copies of it. What attacks a medium does.
  await execa('cp', ['-al', saved('far'), saved('state'), '-t', lab.folder]);
  await execa('cp', ['-a', saved('medium'), '-t', lab.folder]);
}

/** `chosen` attacks, each on media of its own. */
export function attackTests(chosen: readonly Attack[]): void {
  beforeAll(publishAndExport);
  beforeEach(putBack);
  afterAll(async () => {
    await lab?.remove();
  });

  it('takes the bundle that nobody touched', async () => {
    const before = await servedTree();
    await lab.importBundle();
    expect(await servedTree()).not.toEqual(before);
  });

  it('is tried with more than 200 attacks, each of another name', () => {
    expect(attacks.length).toBeGreaterThan(200);
    expect(new Set(attacks.map(({ name }) => name)).size).toBe(attacks.length);
  });

  it.each(chosen)('refuses a medium with $name', async ({ make }) => {
    const before = await servedTree();
    await make(lab);
    await expect(lab.importBundle()).rejects.toThrow();
    expect(await servedTree()).toEqual(before);
    // What came so far is in the store under its own digest, or not at all.
    for (const [digest, path] of await filesBelow(join(lab.far.site.data, 'content/sha256')))
      expect(await sha256OfFile(path)).toBe(digest);
    for (const name of await readdir(lab.stateDirectory, { recursive: true }))
      expect(name).not.toMatch(/near-2\.receipt$/);
  });
}
