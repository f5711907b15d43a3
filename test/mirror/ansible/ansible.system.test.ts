// SPDX-License-Identifier: Apache-2.0
// A refresh of Ansible galaxies by real nginx and ansible-galaxy: from generated collections to a revision that it installs from.
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  fetchAnsible,
  missingArtifactDifferences,
  repairAnsible,
  unsoundArtifactDifferences,
} from '../../../activities/mirror/ansible/fetch.ts';
import {
  ansiblePinDifferences,
  ansibleRefreshDifferences,
  pinAnsible,
} from '../../../activities/mirror/ansible/pins.ts';
import { ansibleSmokeDifferences, runAnsibleTrial } from '../../../activities/mirror/ansible/smoke.ts';
import { ansibleBuiltDifferences, buildAnsible } from '../../../activities/mirror/ansible/tree.ts';
import type { Failure } from '../../../activities/clients/failure.ts';
import { collect } from '../../../activities/mirror/collect.ts';
import { readPublished, writePublications } from '../../../activities/mirror/pointer.ts';
import {
  composeRevisionOf,
  publishedDifferences,
  publishLive,
  stage,
  stagedDifferences,
} from '../../../activities/mirror/publish.ts';
import { billDifferences, writeBills } from '../../../activities/mirror/bills/bills.ts';
import { readMarked, storeOf } from '../../../activities/mirror/site.ts';
import type { AnsibleManifest } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import type { AnsibleArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { UpstreamServer } from '../upstream-server.ts';
import { ansibleCore } from './ansible-core.ts';
import { serveGalaxy, type GeneratedCollection } from './generated-galaxy.ts';

const [first, second, third] = ['a', 'b', 'c'].map((each) => each.repeat(16)) as [string, string, string];
const refreshed = { isHeld: false };

let upstream: UpstreamServer;
let lab: MirrorLab;
let galaxy: string;
let args: AnsibleArgs;

const tools = (version: string, more: Partial<GeneratedCollection> = {}): GeneratedCollection => ({
  name: 'lab.tools',
  version,
  dependencies: { 'lab.base': '>=1.0.0,<2.0.0' },
  ...more,
});

const collections: readonly GeneratedCollection[] = [
  // More than two pages, and not in the order of the versions.
  ...['1.9.0', '1.10.0', '1.2.0', '1.0.0', '2.0.0', '2.1.0-rc.1', '0.9.0'].map((version) => tools(version)),
  tools('3.0.0', { requiresAnsible: '>=2.99.0' }),
  { name: 'lab.base', version: '1.5.0', bytes: 40_000 },
  { name: 'lab.base', version: '2.0.0' },
  { name: 'lab.unrelated', version: '1.0.0' },
];

async function refresh(run: string): Promise<void> {
  const { site } = lab;
  await pinAnsible(site, args, lab.scope('ansible.pinned', run));
  expect(await ansiblePinDifferences(site, lab.scope('ansible.pinned', run))).toEqual([]);
  await fetchAnsible(site, args, lab.scope('ansible.fetched', run));
  expect(await missingArtifactDifferences(site, lab.scope('ansible.fetched', run))).toEqual([]);
  expect(await unsoundArtifactDifferences(site, lab.scope('ansible.verified', run))).toEqual([]);
  await buildAnsible(site, lab.scope('ansible.built', run));
  expect(await ansibleBuiltDifferences(site, lab.scope('ansible.built', run))).toEqual([]);
  await composeRevisionOf(site, lab.scope('revision', run));
  await writeBills(site, lab.scope('sbom', run));
  expect(await billDifferences(site, lab.scope('sbom', run))).toEqual([]);
  await stage(site, lab.scope('staged', run));
  expect(await stagedDifferences(site, lab.scope('staged', run))).toEqual([]);
}

const sent = (): string[] => [...upstream.sent.keys()].filter((path) => path.startsWith('artifacts/')).sort();

const answer = async (path: string): Promise<Record<string, unknown>> => {
  const response = await fetch(
    `http://127.0.0.1:${lab.site.webPort}/ansible/generated/api/v3/collections/${path}`,
  );
  expect(response.headers.get('content-type')).toBe('application/json');
  return (await response.json()) as Record<string, unknown>;
};

/** As a person would, from what clients see. */
async function install(name: string): Promise<string> {
  const folder = join(lab.site.data, 'installed', name.replaceAll(/\W/g, '-'));
  const server = `http://127.0.0.1:${lab.site.webPort}/ansible/generated/`;
  const words = [
    'collection',
    'install',
    '--no-cache',
    '--server',
    server,
    '--collections-path',
    folder,
    name,
  ];
  await execa(join(galaxy, 'ansible-galaxy'), words, {
    env: { HOME: folder, ANSIBLE_HOME: join(folder, 'home') },
  });
  return join(folder, 'ansible_collections');
}

beforeAll(async () => {
  galaxy = await ansibleCore();
  upstream = await UpstreamServer.start();
  lab = await MirrorLab.create('lab', [galaxy]);
  args = {
    box: 'lab',
    limits: [],
    servers: [
      {
        name: 'generated',
        url: upstream.url,
        core: ['2.19'],
        dependencies: 'closure',
        collections: [{ name: 'lab.tools', versions: '>=1,<4', newest: 2 }],
      },
    ],
  };
  serveGalaxy(upstream, collections);
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
});

describe('a refresh of an Ansible galaxy', () => {
  it('follows the links of all pages, and takes the newest versions for the ansible-core with what they depend on', async () => {
    expect(await ansibleRefreshDifferences(lab.site, args, lab.scope('ansible.plan'))).toMatchObject([
      { what: 'collections of generated', have: expect.stringMatching(/^0 of 3 files/) as string },
    ]);
    expect(sent()).toEqual([]);
    await refresh(first);
    expect(sent()).toEqual([
      'artifacts/lab-base-1.5.0.tar.gz',
      'artifacts/lab-tools-1.10.0.tar.gz',
      'artifacts/lab-tools-2.0.0.tar.gz',
    ]);
  });

  it('is taken by a real ansible-galaxy that reaches nothing else, while an altered collection is refused', async () => {
    const { site } = lab;
    expect(await ansibleSmokeDifferences(site, lab.scope('smoke.ansible', first))).toHaveLength(1);
    expect(await runAnsibleTrial(site, args, lab.scope('smoke.ansible', first))).toMatch(
      /^3 collections taken by ansible-galaxy 2\.19\.\d+; an altered one refused$/,
    );
    expect(await ansibleSmokeDifferences(site, lab.scope('smoke.ansible', first))).toEqual([]);
  });

  it('a trial fails when a staged answer names another digest, and building mends the answer', async () => {
    const { site } = lab;
    const path = join(
      site.data,
      'ansible/staging/generated/api/v3/collections/lab/base/versions/1.5.0/index.json',
    );
    const page = await readFile(path, 'utf8');
    await writeFile(path, page.replace(/"sha256":"\w{4}/, '"sha256":"0000'));
    await expect(runAnsibleTrial(site, args, lab.scope('smoke.ansible', first))).rejects.toMatchObject({
      facts: { exitCode: 1 },
    });
    expect(await ansibleBuiltDifferences(site, lab.scope('ansible.built', first))).toHaveLength(1);
    await buildAnsible(site, lab.scope('ansible.built', first));
    expect(await readFile(path, 'utf8')).toBe(page);
  });

  it('shows clients nothing before it is published, then one page of versions with true digests', async () => {
    const { site } = lab;
    const root = `http://127.0.0.1:${site.webPort}/ansible/generated/api/`;
    expect((await fetch(root)).status).toBe(404);
    await publishLive(site, lab.scope('published', first), { ...refreshed, now: new Date() });
    expect(await publishedDifferences(site, lab.scope('published', first), refreshed)).toEqual([]);
    const list = await answer('lab/tools/versions/?limit=100');
    expect(list).toMatchObject({
      meta: { count: 2 },
      links: { next: null },
      data: [{ version: '2.0.0' }, { version: '1.10.0' }],
    });
    const document = await answer('lab/tools/versions/2.0.0/');
    expect(document).toMatchObject({
      artifact: { sha256: expect.stringMatching(/^[0-9a-f]{64}$/) as string },
      metadata: { dependencies: { 'lab.base': '>=1.0.0,<2.0.0' } },
    });
    const folder = await install('lab.tools');
    expect(await readFile(join(folder, 'lab/base/MANIFEST.json'), 'utf8')).toContain('"version":"1.5.0"');
  });

  it('fetches nothing twice, heals a collection that changed on the disk, and its list says that it changed', async () => {
    const { site } = lab;
    const before = await answer('lab/tools/');
    upstream.sent.clear();
    await refresh(second);
    expect(sent()).toEqual([]);
    const { servers } = await readMarked<AnsibleManifest>(
      site,
      lab.scope('x', second).context,
      'ansible.pins',
    );
    const path = storeOf(site).path(servers[0]?.collections[0]?.versions[0]?.digest ?? '');
    await chmod(path, 0o644);
    await writeFile(path, 'rot', { flag: 'r+' });
    expect(await unsoundArtifactDifferences(site, lab.scope('ansible.verified', second))).toHaveLength(1);
    await repairAnsible(site, args, lab.scope('ansible.verified', second));
    expect(await unsoundArtifactDifferences(site, lab.scope('ansible.verified', second))).toEqual([]);
    expect(sent()).toEqual(['artifacts/lab-base-1.5.0.tar.gz']);

    const newer = {
      ...args.servers[0]!,
      collections: [{ name: 'lab.tools', versions: '2.1.0-rc.1', newest: 1 }],
    };
    args = { ...args, servers: [newer] };
    await refresh(third);
    await publishLive(site, lab.scope('published', third), { ...refreshed, now: new Date() });
    const after = await answer('lab/tools/');
    expect(after['updated_at']).not.toBe(before['updated_at']);
    expect(after['highest_version']).toMatchObject({ version: '2.1.0-rc.1' });
    const folder = await install('lab.tools:==2.1.0-rc.1');
    expect(await readFile(join(folder, 'lab/tools/MANIFEST.json'), 'utf8')).toContain(
      '"version":"2.1.0-rc.1"',
    );
  });

  it('removes the artifacts that no kept revision names', async () => {
    const { site } = lab;
    const { revision = '', publishedAt = '' } = (await readPublished(site)) ?? {};
    await writePublications(site, [{ revision, publishedAt, replacedAt: null }]);
    await collect(site, { box: 'lab', keep: 1 }, lab.scope('retained', third));
    const list = await execa('find', [
      join(site.data, 'ansible/files'),
      '-name',
      '*.tar.gz',
      '-printf',
      '%f\n',
    ]);
    expect(list.stdout.split('\n').sort()).toEqual(['lab-base-1.5.0.tar.gz', 'lab-tools-2.1.0-rc.1.tar.gz']);
  });
});

describe('what must be refused', () => {
  const pinned = (faulty: Parameters<typeof serveGalaxy>[2], own = collections) => {
    serveGalaxy(upstream, own, faulty);
    return pinAnsible(lab.site, args, lab.scope('ansible.pinned', 'd'.repeat(16)));
  };

  it.each([
    ['no digest of an artifact', { sha256Of: () => '' }, /names no SHA-256/],
    [
      'a download with a query',
      { downloadUrl: (_: unknown, url: string) => `${url}?token=x` },
      /not a plain URL/,
    ],
    ['pages in a circle', { next: () => '?limit=100' }, /lead in a circle/],
    ['pages on another host', { next: () => 'http://192.0.2.1/' }, /on another host: 192\.0\.2\.1/],
  ])('%s', async (_, faults, cause) => {
    const said = await pinned(faults).then(
      () => 'taken',
      (error: Failure) => String(error.facts.cause),
    );
    expect(said).toMatch(cause);
  });

  it('other bytes under a version that is published', async () => {
    const other = collections.map((each) => (each.name === 'lab.base' ? { ...each, bytes: 50 } : each));
    await expect(pinned({}, other)).rejects.toThrow('lab.base 1.5.0 has other bytes than those published');
  });

  it('a version that nobody has, and a collection that depends on one, by their names', async () => {
    const needy = [tools('2.1.0-rc.1', { dependencies: { 'lab.base': '>=9' } }), ...collections.slice(8)];
    await expect(pinned({}, needy)).rejects.toMatchObject({
      code: 'PreconditionFailed',
      facts: { cause: expect.stringMatching(/^lab\.tools 2\.1\.0-rc\.1 wants >=9/) as string },
    });
  });

  it('an artifact that is not the one its document names', async () => {
    const run = 'e'.repeat(16);
    const changed = { name: 'lab.unrelated', version: '1.0.0', bytes: 3000 };
    serveGalaxy(upstream, [changed]);
    const own = {
      ...args,
      servers: [{ ...args.servers[0]!, collections: [{ name: 'lab.unrelated', versions: '*', newest: 1 }] }],
    };
    await pinAnsible(lab.site, own, lab.scope('ansible.pinned', run));
    const path = 'artifacts/lab-unrelated-1.0.0.tar.gz';
    const bytes = Buffer.from(upstream.files.get(path) ?? []);
    bytes[20] = (bytes[20] ?? 0) ^ 1;
    upstream.files.set(path, bytes);
    await expect(fetchAnsible(lab.site, own, lab.scope('ansible.fetched', run))).rejects.toMatchObject({
      code: 'Rejected',
      facts: { cause: expect.stringMatching(/SHA-256/) as string },
    });
  });
});
