// SPDX-License-Identifier: Apache-2.0
// A refresh of Python indexes by real nginx and pip: from generated wheels to a revision that pip installs from.
import { chmod, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fetchPypi,
  missingFileDifferences,
  repairPypi,
  unsoundFileDifferences,
} from '../../../activities/mirror/pypi/fetch.ts';
import { frontPageDifferences, writeFrontPage } from '../../../activities/mirror/bills/front-page.ts';
import { collect } from '../../../activities/mirror/collect.ts';
import { readPublications, readPublished, writePublications } from '../../../activities/mirror/pointer.ts';
import { pinPypi, pypiPinDifferences } from '../../../activities/mirror/pypi/pins.ts';
import {
  pypiPlanDifferences,
  pypiRefreshDifferences,
  writePypiPlan,
} from '../../../activities/mirror/pypi/plan.ts';
import { pypiSmokeDifferences, runPypiTrial } from '../../../activities/mirror/pypi/smoke.ts';
import { buildPypi, pypiBuiltDifferences } from '../../../activities/mirror/pypi/tree.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  stage,
  stagedDifferences,
} from '../../../activities/mirror/publish.ts';
import { billDifferences, writeBills } from '../../../activities/mirror/bills/bills.ts';
import { readMarked, storeOf } from '../../../activities/mirror/site.ts';
import type { PypiPlan } from '../../../workflows/contracts/mirror/pypi/pins.ts';
import type { PypiArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { pythonIndex, type GeneratedWheel } from './python-index.ts';
import { UpstreamServer } from '../upstream-server.ts';

const [first, second, third] = ['a', 'b', 'c'].map((each) => each.repeat(16)) as [string, string, string];
const project = { versions: '', newest: 1 };

const refreshed = { isHeld: false };

let upstream: UpstreamServer;
let lab: MirrorLab;
let args: PypiArgs;

const wheels: readonly GeneratedWheel[] = [
  { project: 'pure-thing', version: '1.0' },
  { project: 'pure-thing', version: '1.1', requiresPython: '>=3.9,<4' },
  // Of two wheels that fit pip takes the one for the machine.
  { project: 'pure-thing', version: '1.1', tag: 'py3-none-manylinux_2_5_x86_64', bytes: 3000 },
  { project: 'pure-thing', version: '2.0rc1' },
  { project: 'pure-thing', version: '1.2', yanked: 'broken' },
  { project: 'native', version: '3.0', tag: 'cp311-cp311-manylinux_2_17_x86_64', bytes: 50_000 },
  {
    project: 'native',
    version: '3.0',
    tag: 'cp313-cp313-manylinux_2_17_x86_64',
    bytes: 50_000,
    requiresPython: '>=3.12',
  },
  { project: 'native', version: '3.0', tag: 'cp313-cp313-win_amd64', bytes: 50_000, hasMetadata: false },
];

function serve(files: ReadonlyMap<string, Buffer>): void {
  upstream.files.clear();
  for (const [path, bytes] of files) upstream.files.set(path, bytes);
}

async function refresh(run: string): Promise<void> {
  const { site } = lab;
  await pinPypi(site, args, lab.scope('pypi.pinned', run));
  expect(await pypiPinDifferences(site, lab.scope('pypi.pinned', run))).toEqual([]);
  await writePypiPlan(site, args, lab.scope('pypi.planned', run));
  expect(await pypiPlanDifferences(site, lab.scope('pypi.planned', run))).toEqual([]);
  await fetchPypi(site, args, lab.scope('pypi.fetched', run));
  expect(await missingFileDifferences(site, lab.scope('pypi.fetched', run))).toEqual([]);
  expect(await unsoundFileDifferences(site, lab.scope('pypi.verified', run))).toEqual([]);
  await buildPypi(site, lab.scope('pypi.built', run));
  expect(await pypiBuiltDifferences(site, lab.scope('pypi.built', run))).toEqual([]);
  await composeRevisionOf(site, lab.scope('revision', run));
  await writeBills(site, lab.scope('sbom', run));
  expect(await billDifferences(site, lab.scope('sbom', run))).toEqual([]);
  await stage(site, lab.scope('staged', run));
  expect(await stagedDifferences(site, lab.scope('staged', run))).toEqual([]);
}

const pageOf = (path: string, accept = '*/*'): Promise<Response> =>
  fetch(`http://127.0.0.1:${lab.site.webPort}/pypi/generated/simple/${path}`, { headers: { accept } });

const sentWheels = (): string[] => [...upstream.sent.keys()].filter((path) => path.endsWith('.whl')).sort();

beforeAll(async () => {
  upstream = await UpstreamServer.start();
  lab = await MirrorLab.create();
  args = {
    box: 'lab',
    limits: [],
    indexes: [
      {
        name: 'generated',
        url: `${upstream.url}/simple`,
        pythons: ['3.11', '3.13'],
        platforms: ['manylinux_2_36_x86_64'],
        sources: 'fallback',
        projects: [
          { name: 'pure-thing', ...project },
          { name: 'native', ...project },
        ],
      },
    ],
  };
  serve(pythonIndex(wheels));
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
});

describe('a refresh of a Python index', () => {
  it('plans what the Pythons and platforms can install, and fetches just that', async () => {
    expect(await pypiRefreshDifferences(lab.site, args, lab.scope('pypi.plan'))).toMatchObject([
      { what: 'files of generated', have: expect.stringMatching(/^0 of 4 files/) as string },
    ]);
    expect(sentWheels()).toEqual([]);
    await refresh(first);
    expect(sentWheels()).toEqual([
      'files/native-3.0-cp311-cp311-manylinux_2_17_x86_64.whl',
      'files/native-3.0-cp313-cp313-manylinux_2_17_x86_64.whl',
      'files/pure_thing-1.1-py3-none-any.whl',
      'files/pure_thing-1.1-py3-none-manylinux_2_5_x86_64.whl',
    ]);
  });

  it('is taken by a real pip that reaches nothing else, while an altered wheel is refused', async () => {
    const { site } = lab;
    expect(await pypiSmokeDifferences(site, lab.scope('smoke.pypi', first))).toHaveLength(1);
    expect(await runPypiTrial(site, args, lab.scope('smoke.pypi', first))).toMatch(
      /^4 wheels taken by pip [\d.]+; altered ones refused$/,
    );
    expect(await pypiSmokeDifferences(site, lab.scope('smoke.pypi', first))).toEqual([]);
  });

  it('a trial fails when the staged index lacks what the plan names', async () => {
    const { site } = lab;
    const path = join(site.data, 'pypi/staging/generated/simple/native/index.json');
    const page = await readFile(path, 'utf8');
    await writeFile(path, page.replaceAll(/"sha256":"\w/g, '"sha256":"0'));
    await expect(runPypiTrial(site, args, lab.scope('smoke.pypi', first))).rejects.toMatchObject({
      facts: { exitCode: 1 },
    });
    expect(await pypiBuiltDifferences(site, lab.scope('pypi.built', first))).toMatchObject([
      { have: expect.stringMatching(/^1 missing or others/) as string },
    ]);
    await buildPypi(site, lab.scope('pypi.built', first));
    expect(await readFile(path, 'utf8')).toBe(page);
  });

  it('shows clients nothing before it is published, then pages in the form that they ask for', async () => {
    const { site } = lab;
    expect((await pageOf('native/')).status).toBe(404);
    await publishLive(site, lab.scope('published', first), { ...refreshed, now: new Date() });
    expect(await publishedDifferences(site, lab.scope('published', first), refreshed)).toEqual([]);
    const json = await pageOf('native/', 'application/vnd.pypi.simple.v1+json, text/html; q=0.01');
    expect(json.headers.get('content-type')).toBe('application/vnd.pypi.simple.v1+json');
    expect(await json.json()).toMatchObject({ name: 'native', versions: ['3.0'] });
    const { revision = '' } = (await readPublished(site)) ?? {};
    const sbom = await fetch(`http://127.0.0.1:${site.webPort}/sbom/${revision}.cdx.json`);
    expect(sbom.headers.get('content-type')).toBe('application/json');
    expect(await sbom.json()).toMatchObject({ specVersion: '1.6', components: [{}, {}, {}, {}] });
    await writeFrontPage(site);
    expect(await frontPageDifferences(site)).toEqual([]);
    const front = await fetch(`http://127.0.0.1:${site.webPort}/`);
    expect(front.headers.get('content-type')).toBe('text/html');
    expect(await front.text()).toContain(`href="/sbom/${revision}.html"`);
    const page = await fetch(`http://127.0.0.1:${site.webPort}/sbom/${revision}.html`);
    expect(page.headers.get('content-type')).toBe('text/html');
    expect(await page.text()).toContain('<td>pypi</td><td>generated</td><td>4</td>');
    const html = await pageOf('native/', 'text/html');
    expect(html.headers.get('content-type')).toBe('text/html');
    expect(await html.text()).toContain('#sha256=');
    const noSlash = await fetch(json.url.slice(0, -1), { redirect: 'manual' });
    expect([noSlash.status, noSlash.headers.get('location')]).toEqual([
      301,
      '/pypi/generated/simple/native/',
    ]);
  });

  it('a client that knows HTML alone installs from it', async () => {
    const target = join(lab.site.data, 'installed');
    const url = `http://127.0.0.1:${lab.site.webPort}/pypi/generated/simple/pure-thing/`;
    const options = ['--isolated', '--no-cache-dir', '--no-index', '--no-deps', '--target', target];
    const env = { PIP_CONFIG_FILE: '/dev/null', PIP_FIND_LINKS: '' };
    // Pages of links are asked for as HTML.
    await execa('python3', ['-m', 'pip', 'install', ...options, '--find-links', url, 'Pure.Thing'], { env });
    expect(await readFile(join(target, 'pure_thing/__init__.py'), 'utf8')).toContain('1.1');
  });

  it('fetches nothing twice: neither when it is asked again nor when a page has no sizes', async () => {
    upstream.sent.clear();
    upstream.asked.length = 0;
    await refresh(second);
    expect(await publishedDifferences(lab.site, lab.scope('published', second), refreshed)).toEqual([]);
    serve(pythonIndex(wheels, { format: 'html' }));
    await refresh(third);
    expect(upstream.asked.map(({ path }) => path).filter((path) => !path.startsWith('simple/'))).toEqual([]);
  });

  it('heals a wheel and metadata that changed on the disk', async () => {
    const { site } = lab;
    const { files } = await readMarked<PypiPlan>(site, { nonce: first }, 'pypi.plan');
    for (const digest of [files[0]?.digest, files[0]?.metadata?.digest]) {
      const path = storeOf(site).path(digest ?? '');
      await chmod(path, 0o644);
      await writeFile(path, 'x');
    }
    expect(await unsoundFileDifferences(site, lab.scope('pypi.verified', first))).toHaveLength(2);
    await repairPypi(site, args, lab.scope('pypi.verified', first));
    expect(await unsoundFileDifferences(site, lab.scope('pypi.verified', first))).toEqual([]);
  });
});

describe('retention', () => {
  it('removes the pages of revisions that are not kept, and clients install all the same', async () => {
    const { site } = lab;
    await publishLive(site, lab.scope('published', third), { ...refreshed, now: new Date() });
    const trees = join(site.data, 'pypi/trees');
    expect(await readdir(trees)).toHaveLength(2);
    const all = await readPublications(site);
    const long = new Date(0).toISOString();
    await writePublications(
      site,
      all.map((each) => ({ ...each, replacedAt: each.replacedAt === null ? null : long })),
    );
    await collect(site, { box: 'lab', keep: 1 }, lab.scope('retained', third));
    expect(await readdir(trees)).toHaveLength(1);
    expect(await readPublications(site)).toHaveLength(1);
    expect(await runPypiTrial(site, args, lab.scope('smoke.pypi', third))).toMatch(/^4 wheels taken/);
  });
});

describe('what must be refused', () => {
  const run = 'e'.repeat(16);

  it('fetchPypi() refuses a wheel that is not the one that the index names, and keeps none of it', async () => {
    serve(pythonIndex([{ project: 'pure-thing', version: '9.0' }, ...wheels]));
    const path = 'files/pure_thing-9.0-py3-none-any.whl';
    const bytes = Buffer.from(upstream.files.get(path) ?? '');
    bytes.writeUInt8(bytes.readUInt8(100) ^ 1, 100);
    upstream.files.set(path, bytes);
    await pinPypi(lab.site, args, lab.scope('pypi.pinned', run));
    await writePypiPlan(lab.site, args, lab.scope('pypi.planned', run));
    await expect(fetchPypi(lab.site, args, lab.scope('pypi.fetched', run))).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: expect.stringContaining('its SHA-256 is') as string },
    });
  });

  it('pinPypi() refuses a page that is older than the published one', async () => {
    serve(pythonIndex(wheels, { serial: 0 }));
    await expect(pinPypi(lab.site, args, lab.scope('pypi.pinned', run))).rejects.toMatchObject({
      message: 'The page of pure-thing is older than the one published',
    });
  });

  it('writePypiPlan() names the project of which nothing fits, and for what', async () => {
    serve(pythonIndex(wheels.filter((each) => each.project !== 'native' || each.tag?.includes('win'))));
    await pinPypi(lab.site, args, lab.scope('pypi.pinned', run));
    await expect(writePypiPlan(lab.site, args, lab.scope('pypi.planned', run))).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: 'no file for Python 3.11, 3.13 on manylinux_2_36_x86_64: native' },
    });
  });

  it('pinPypi() refuses a page that is none', async () => {
    upstream.files.set('simple/pure-thing/', Buffer.from('{"message":"maintenance"}'));
    await expect(pinPypi(lab.site, args, lab.scope('pypi.pinned', run))).rejects.toMatchObject({
      code: 'Rejected',
    });
  });
});
