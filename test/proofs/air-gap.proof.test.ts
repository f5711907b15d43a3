// SPDX-License-Identifier: Apache-2.0
// A box is installed where no network leads out, of packages that a bundle carried in on two media, its worker killed on the way.
// Proves: workflows/operations/export-bundle workflows/operations/import-bundle workflows/box/mirror activities/mirror activities/host
import { mkdir, readdir, readFile, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { AirGap, farBox, farMirror, nearMirror } from './air-gap/stand.ts';

let gap: AirGap;
let revision: string;

/** Of what a command printed as JSON. */
const statusOf = async (run: PromiseLike<{ readonly stdout: string }>) =>
  JSON.parse((await run).stdout) as { readonly revision: string; readonly bundleKey: string };

beforeAll(async () => {
  gap = await AirGap.begin();
});

afterAll(async () => {
  await gap?.end();
});

describe('over the gap', () => {
  it('a mirror of what a box is made of is refreshed and exported', async () => {
    const path = await gap.spec('near', nearMirror);
    for (const words of [
      ['mirrors', 'install', path],
      ['mirrors', 'refresh', 'gap-near'],
      ['mirrors', 'export', 'gap-near', '--to', gap.medium, '--segment-bytes', '20000000'],
    ])
      expect(await gap.near(...words, '--no-input')).toMatchObject({ exitCode: 0 });
    await gap.record('export-bundle-good', 'near', 'export-bundle/gap-near');
    ({ revision } = await statusOf(gap.near('mirrors', 'status', 'gap-near', '--json')));
  });

  it('the far mirror waits for the second medium, goes on behind a killed worker, and publishes the very revision', async () => {
    const { bundleKey } = await statusOf(gap.near('mirrors', 'status', 'gap-near', '--json'));
    await gap.near('down');
    const signer = bundleKey.split(' ').slice(0, 2).join(' ');
    const path = await gap.spec('far', farMirror(signer));
    expect(await gap.far('mirrors', 'install', path, '--no-input')).toMatchObject({ exitCode: 0 });
    const shelf = join(gap.folder, 'shelf');
    await mkdir(shelf);
    const names = (await readdir(gap.medium)).filter((name) => name.startsWith('segment-')).sort();
    for (const name of names.slice(5)) await rename(join(gap.medium, name), join(shelf, name));
    const waiting = await gap.far('mirrors', 'import', 'gap-far', gap.medium, '--no-input');
    expect(waiting.exitCode).toBe(5);
    expect(waiting.all).toContain('segment-00006');
    for (const name of names.slice(5)) await rename(join(shelf, name), join(gap.medium, name));
    const id = 'import-bundle/gap-far';
    const again = await gap.far(
      'op',
      'resolve',
      id,
      '--step',
      'segments',
      '--retry',
      '--reason',
      'second medium',
    );
    expect(again).toMatchObject({ exitCode: 0 });
    const worker = JSON.parse(await readFile(join(gap.folder, 'far/run/worker.json'), 'utf8')) as {
      pid: number;
    };
    process.kill(worker.pid, 'SIGKILL');
    expect(await gap.far('up')).toMatchObject({ exitCode: 0 });
    expect(await gap.far('op', 'watch', id, '--no-input')).toMatchObject({ exitCode: 0 });
    await gap.record('import-bundle-parked-resolved', 'far', id);
    expect(await statusOf(gap.far('mirrors', 'status', 'gap-far', '--json'))).toMatchObject({ revision });
    const replayed = await gap.far('mirrors', 'import', 'gap-far', gap.medium, '--no-input');
    expect(replayed.all).toContain('it was imported already, as generation 1');
  });

  it('a box is refused what the mirror lacks before anything happens, and else installed without a way out', async () => {
    await gap.cut();
    expect(await gap.inGap('curl', '-sS', '-m', '5', 'http://deb.debian.org/')).not.toMatchObject({
      exitCode: 0,
    });
    const greedy = await gap.spec('greedy', farBox({ packages: ['hello'] }));
    const refused = await gap.far('box', 'install', greedy, '--no-input');
    expect(refused.exitCode).toBe(1);
    expect(refused.all).toContain('package hello: not in the mirror gap-far');
    expect(refused.all).toContain('nothing was changed');
    const other = await gap.spec('other', farBox({ debian: { site: 'gap-far', revision: '0'.repeat(16) } }));
    expect((await gap.far('box', 'install', other, '--no-input')).all).toContain(
      'the spec names 0000000000000000',
    );
    const debian = { site: 'gap-far', revision: revision.slice(0, 16) };
    const path = await gap.spec('box', farBox({ debian }));
    expect(await gap.far('box', 'install', path, '--no-input')).toMatchObject({ exitCode: 0 });
    expect(await gap.far('box', 'drift', 'gap-box', '--no-input', '--exit-code')).toMatchObject({
      exitCode: 0,
    });
    const keystone = await gap.inGap('curl', '-skS', '-m', '5', `https://10.89.3.2:5000/v3`);
    expect(keystone.stdout).toContain('"version"');
  });
});
