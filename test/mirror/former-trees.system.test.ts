// SPDX-License-Identifier: Apache-2.0
// By real nginx: a client that reads a list before a publication, and what the list names after it, finds it; the list is new at once.
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { serveManifest, treeOf, type TreeKind } from '../../activities/mirror/views.ts';
import { MirrorLab } from './mirror-lab.ts';

const all = ['1', '2', '3', '4', '5', '6'].map((each) => each.repeat(64));
const [first = '', second = '', third = '', fourth = '', fifth = '', sixth = ''] = all;
const digest = `sha256:${'d'.repeat(64)}`;

let lab: MirrorLab;

/** Of each kind: what changes with each tree, and what never changes under its name; each as the file and the path that is asked for. */
const kinds = [
  {
    kind: 'ansible',
    list: [
      'lab/api/v3/collections/lab/tools/versions/index.json',
      'ansible/lab/api/v3/collections/lab/tools/versions/?limit=100',
    ],
    named: (tree: string): readonly [string, string] => [
      `lab/api/v3/collections/lab/tools/versions/${tree}.0.0/index.json`,
      `ansible/lab/api/v3/collections/lab/tools/versions/${tree}.0.0/`,
    ],
  },
  {
    kind: 'git',
    list: ['play.git/info/refs', 'git/play.git/info/refs?service=git-upload-pack'],
    named: (tree: string): readonly [string, string] => [
      `play.git/objects/pack/pack-${tree}.idx`,
      `git/play.git/objects/pack/pack-${tree}.idx`,
    ],
  },
  {
    kind: 'oci',
    list: ['v2/hub/box/manifests/stable.oci-manifest', 'v2/hub/box/manifests/stable'],
    named: (tree: string): readonly [string, string] => [
      `v2/hub/box/manifests/${digest}${tree}.oci-manifest`,
      `v2/hub/box/manifests/${digest}${tree}`,
    ],
  },
] as const;

async function lay(kind: TreeKind, manifest: string): Promise<void> {
  const of = kinds.find((each) => each.kind === kind);
  const tree = manifest.slice(0, 1);
  for (const path of [of?.list[0] ?? '', of?.named(tree)[0] ?? '', `only-${tree}`]) {
    const file = join(treeOf(lab.site, kind, manifest), path);
    await mkdir(dirname(file), { recursive: true, mode: 0o755 });
    await writeFile(file, tree);
  }
}

/** Text of an answer, or its status when it is not 200. */
async function answer(path: string): Promise<string | number> {
  const said = await fetch(`http://127.0.0.1:${lab.site.webPort}/${path}`);
  return said.status === 200 ? said.text() : said.status;
}

beforeAll(async () => {
  lab = await MirrorLab.create();
});

afterAll(async () => {
  await lab?.remove();
});

describe.each(kinds)('trees of $kind', ({ kind, list, named }) => {
  const publish = (manifest: string | null) => serveManifest(lab.site, kind, 'live', manifest);

  it('answers with what former lists named, over four publications, and with no former list', async () => {
    for (const manifest of all) await lay(kind, manifest);
    await publish(first);
    expect(await answer(list[1])).toBe('1');
    await publish(second);
    // As a run that was killed behind the link does it again.
    await publish(second);
    expect([await answer(list[1]), await answer(named('1')[1]), await answer(named('2')[1])]).toEqual([
      '2',
      '1',
      '2',
    ]);
    for (const manifest of [third, fourth, fifth]) await publish(manifest);
    const named5 = ['1', '2', '3', '4', '5'].map((tree) => answer(named(tree)[1]));
    expect([await answer(list[1]), ...(await Promise.all(named5))]).toEqual(['5', '1', '2', '3', '4', '5']);
    await publish(sixth);
    expect([await answer(list[1]), await answer(named('1')[1]), await answer(named('2')[1])]).toEqual([
      '6',
      404,
      '2',
    ]);
    // Nothing else of a former tree is served.
    expect(await answer(`${list[1].split('/')[0] ?? ''}/only-2`)).toBe(404);
    await publish(null);
    expect([await answer(list[1]), await answer(named('6')[1])]).toEqual([404, '6']);
    await rm(join(lab.site.data, kind), { recursive: true });
  });

  it('shows a trial its own tree alone', async () => {
    for (const manifest of [first, second]) await lay(kind, manifest);
    for (const manifest of [first, second]) await serveManifest(lab.site, kind, 'staging', manifest);
    const staged = (path: string): string =>
      kind === 'oci' ? path.replace('v2/', 'v2/staging/') : path.replace(`${kind}/`, `staging-${kind}/`);
    expect([await answer(staged(list[1])), await answer(staged(named('1')[1]))]).toEqual(['2', 404]);
    await rm(join(lab.site.data, kind), { recursive: true });
  });
});
