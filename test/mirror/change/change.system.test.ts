// SPDX-License-Identifier: Apache-2.0
// A project added to a mirror of packages and projects, by real aptly, nginx and pip: what is asked of upstreams, against a whole refresh.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildSnapshots } from '../../../activities/mirror/deb/build.ts';
import { fetchPlanned } from '../../../activities/mirror/deb/fetch.ts';
import { pinAll } from '../../../activities/mirror/deb/pins.ts';
import { writePlanOf } from '../../../activities/mirror/deb/plan.ts';
import { runTrial } from '../../../activities/mirror/deb/smoke.ts';
import { keepKinds, keptDifferences } from '../../../activities/mirror/kept.ts';
import { readPublished } from '../../../activities/mirror/pointer.ts';
import { composeRevisionOf, publishLive, stage } from '../../../activities/mirror/publish.ts';
import { fetchPypi } from '../../../activities/mirror/pypi/fetch.ts';
import { pinPypi } from '../../../activities/mirror/pypi/pins.ts';
import { writePypiPlan } from '../../../activities/mirror/pypi/plan.ts';
import { runPypiTrial } from '../../../activities/mirror/pypi/smoke.ts';
import { buildPypi } from '../../../activities/mirror/pypi/tree.ts';
import { readStored } from '../../../activities/mirror/site.ts';
import { trialsOf } from '../../../activities/mirror/smoke-record.ts';
import type { SiteRevision } from '../../../workflows/contracts/mirror/revision.ts';
import type { DebArgs, PypiArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { DebArchive } from '../deb/deb-archive.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { pythonIndex } from '../pypi/python-index.ts';
import { UpstreamServer } from '../upstream-server.ts';

const [first, second, third] = ['a', 'b', 'c'].map((each) => each.repeat(16)) as [string, string, string];
const project = { versions: '', newest: 1 };
const fileBytes = 50_000;

let archive: DebArchive;
let upstream: UpstreamServer;
let lab: MirrorLab;
let deb: DebArgs;

const pypiOf = (names: readonly string[]): PypiArgs => ({
  box: 'lab',
  limits: [],
  indexes: [
    {
      name: 'generated',
      url: `${upstream.url}/simple`,
      pythons: ['3.13'],
      platforms: ['manylinux_2_36_x86_64'],
      sources: 'fallback',
      projects: names.map((name) => ({ name, ...project })),
    },
  ],
});

async function serve(version: string): Promise<void> {
  const packages = [{ name: 'app', version, bytes: fileBytes }];
  upstream.files.clear();
  for (const [path, bytes] of await archive.publish('stable', packages)) upstream.files.set(path, bytes);
  const wheels = ['one-thing', 'other-thing'].map((name) => ({
    project: name,
    version: '1.0',
    bytes: fileBytes,
  }));
  for (const [path, bytes] of pythonIndex(wheels)) upstream.files.set(path, bytes);
}

async function refreshDeb(run: string): Promise<void> {
  const { site } = lab;
  await pinAll(site, deb, lab.scope('deb.pinned', run));
  await writePlanOf(site, deb, lab.scope('deb.planned', run));
  await fetchPlanned(site, deb, lab.scope('deb.fetched', run));
  await buildSnapshots(site, deb, lab.scope('deb.built', run));
}

async function refreshPypi(run: string, args: PypiArgs): Promise<void> {
  const { site } = lab;
  await pinPypi(site, args, lab.scope('pypi.pinned', run));
  await writePypiPlan(site, args, lab.scope('pypi.planned', run));
  await fetchPypi(site, args, lab.scope('pypi.fetched', run));
  await buildPypi(site, lab.scope('pypi.built', run));
}

async function publish(run: string): Promise<SiteRevision> {
  const { site } = lab;
  await publishLive(site, lab.scope('published', run), { isHeld: false, now: new Date() });
  return readStored<SiteRevision>(site, (await readPublished(site))?.revision ?? '');
}

function forget(): void {
  upstream.asked.length = 0;
  upstream.sent.clear();
}

beforeAll(async () => {
  archive = await DebArchive.create();
  upstream = await UpstreamServer.start();
  lab = await MirrorLab.create();
  const key = join(archive.folder, 'key.asc');
  await writeFile(key, archive.publicKey);
  deb = {
    box: 'lab',
    limits: [],
    sources: [
      {
        name: 'generated',
        url: upstream.url,
        suites: ['stable'],
        components: ['main'],
        architectures: ['amd64'],
        signedBy: key,
        packages: ['app'],
        dependencies: 'closure',
        checkValidUntil: true,
      },
    ],
  };
  await serve('1.0');
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
  await archive?.remove();
});

describe('a change of one kind', () => {
  it('refuses to keep what was never published', async () => {
    await expect(
      keepKinds(lab.site, { box: 'lab', kinds: ['deb'] }, lab.scope('kept', first)),
    ).rejects.toMatchObject({ code: 'PreconditionFailed' });
  });

  it('asks the upstream of that kind alone, fetches the new file alone, and keeps the rest with its trial', async () => {
    const { site } = lab;
    await refreshDeb(first);
    await refreshPypi(first, pypiOf(['one-thing']));
    await composeRevisionOf(site, lab.scope('revision', first));
    await stage(site, lab.scope('staged', first));
    await runTrial(site, deb, lab.scope('smoke.deb', first));
    const before = await publish(first);

    await serve('2.0');
    forget();
    const kept = { box: 'lab', kinds: ['deb'] as const };
    expect(await keptDifferences(site, kept, lab.scope('kept', second))).toHaveLength(1);
    await keepKinds(site, kept, lab.scope('kept', second));
    expect(await keptDifferences(site, kept, lab.scope('kept', second))).toEqual([]);
    await refreshPypi(second, pypiOf(['one-thing', 'other-thing']));
    await composeRevisionOf(site, lab.scope('revision', second));
    await stage(site, lab.scope('staged', second));
    await runPypiTrial(site, pypiOf(['one-thing', 'other-thing']), lab.scope('smoke.pypi', second));
    const changed = await publish(second);
    const change = { requests: upstream.asked.length, bytes: upstream.sentBytes };

    expect(changed.deb).toBe(before.deb);
    expect(changed.pypi).not.toBe(before.pypi);
    expect(upstream.asked.map(({ path }) => path).filter((path) => !/^(simple|files)\//.test(path))).toEqual(
      [],
    );
    expect([...upstream.sent.keys()].filter((path) => path.endsWith('.whl'))).toEqual([
      'files/other_thing-1.0-py3-none-any.whl',
    ]);
    const { revision = '' } = (await readPublished(site)) ?? {};
    expect((await trialsOf(site, revision)).map(({ kind }) => kind)).toEqual(['deb', 'pypi']);

    forget();
    await refreshDeb(third);
    await refreshPypi(third, pypiOf(['one-thing', 'other-thing']));
    const whole = { requests: upstream.asked.length, bytes: upstream.sentBytes };
    console.info(`change: ${JSON.stringify(change)}; a whole refresh after it: ${JSON.stringify(whole)}`);
    // It would have published the package of that minute too.
    expect([...upstream.sent.keys()].filter((path) => path.endsWith('.deb'))).toHaveLength(1);
  });
});
