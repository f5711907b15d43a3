// SPDX-License-Identifier: Apache-2.0
// Roles of an Ansible galaxy by version 1 of its interface, from a generated galaxy to a real ansible-galaxy that installs them.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fetchAnsible, missingArtifactDifferences } from '../../../activities/mirror/ansible/fetch.ts';
import { pinAnsible } from '../../../activities/mirror/ansible/pins.ts';
import { runAnsibleTrial } from '../../../activities/mirror/ansible/smoke.ts';
import { buildAnsible } from '../../../activities/mirror/ansible/tree.ts';
import { writeBills } from '../../../activities/mirror/bills/bills.ts';
import { composeRevisionOf, publishLive, stage } from '../../../activities/mirror/publish.ts';
import { readMarked } from '../../../activities/mirror/site.ts';
import type { AnsibleManifest } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import { parseAnsibleManifest } from '../../../workflows/contracts/mirror/manifest.schema.ts';
import type { AnsibleArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { MirrorLab } from '../mirror-lab.ts';
import { UpstreamServer } from '../upstream-server.ts';
import { ansibleCore } from './ansible-core.ts';
import { serveGalaxy, type GeneratedRole } from './generated-galaxy.ts';

const [first, second] = ['a', 'b'].map((each) => each.repeat(16)) as [string, string];
// More than one page, and not in the order of the versions.
const demo: GeneratedRole = { name: 'Lab-1.demo', versions: ['1.9.0', '1.2.0', 'main', '1.10.0', '0.1.0'] };

let upstream: UpstreamServer;
let lab: MirrorLab;
let galaxy: string;

const argsOf = (roles: AnsibleArgs['servers'][number]['roles']): AnsibleArgs => ({
  box: 'lab',
  limits: [],
  servers: [
    {
      name: 'generated',
      url: upstream.url,
      dependencies: 'closure',
      collections: [],
      ...(roles !== undefined && { roles }),
    },
  ],
});

async function refresh(run: string, args: AnsibleArgs): Promise<AnsibleManifest> {
  const { site } = lab;
  await pinAnsible(site, args, lab.scope('ansible.pinned', run));
  expect(await missingArtifactDifferences(site, lab.scope('ansible.fetched', run))).toEqual([]);
  await fetchAnsible(site, args, lab.scope('ansible.fetched', run));
  await buildAnsible(site, lab.scope('ansible.built', run));
  await composeRevisionOf(site, lab.scope('revision', run));
  await writeBills(site, lab.scope('sbom', run));
  await stage(site, lab.scope('staged', run));
  return readMarked<AnsibleManifest>(site, lab.scope('x', run).context, 'ansible.manifest');
}

const versionsOf = ({ servers }: AnsibleManifest): string[] =>
  (servers[0]?.roles ?? []).flatMap(({ versions }) => versions.map(({ version }) => version));

const sent = (): string[] => [...upstream.sent.keys()].filter((path) => path.startsWith('roles/')).sort();

beforeAll(async () => {
  galaxy = await ansibleCore();
  upstream = await UpstreamServer.start();
  lab = await MirrorLab.create('lab', [galaxy]);
  serveGalaxy(upstream, [], {}, [demo]);
});

afterAll(async () => {
  await lab?.remove();
  await upstream?.stop();
});

describe('roles of an Ansible galaxy', () => {
  it('are taken in their newest version, by a real ansible-galaxy that reaches nothing else', async () => {
    const args = argsOf([{ name: demo.name }]);
    const manifest = await refresh(first, args);
    expect(versionsOf(manifest)).toEqual(['1.10.0']);
    expect(sent()).toEqual(['roles/Lab-1.demo/1.10.0.tar.gz']);
    expect(parseAnsibleManifest(manifest)).toEqual({ ok: true, value: manifest });
    expect(await runAnsibleTrial(lab.site, args, lab.scope('smoke.ansible', first))).toMatch(
      /^1 roles taken by ansible-galaxy 2\.19\.\d+$/,
    );
  });

  it('are installed from what clients see, under whichever name the mirror is reached', async () => {
    const { site } = lab;
    await publishLive(site, lab.scope('published', first), { isHeld: false, now: new Date() });
    for (const host of ['127.0.0.1', 'localhost']) {
      const folder = join(site.data, `installed-${host}`);
      const server = `http://${host}:${site.webPort}/ansible/generated/`;
      const words = ['role', 'install', '--server', server, '--roles-path', folder, demo.name];
      await execa(join(galaxy, 'ansible-galaxy'), words, {
        env: { HOME: folder, ANSIBLE_HOME: join(folder, 'home'), no_proxy: '*' },
      });
      expect(await readFile(join(folder, demo.name, 'meta/main.yml'), 'utf8')).toContain('generated');
      const info = await readFile(join(folder, demo.name, 'meta/.galaxy_install_info'), 'utf8');
      expect(info).toContain('version: 1.10.0');
    }
  });

  it('keep their bytes under one version, and what is published is not asked for again', async () => {
    const other = { ...demo, bytes: 3000 };
    serveGalaxy(upstream, [], {}, [other]);
    upstream.sent.clear();
    const manifest = await refresh(second, argsOf([{ name: demo.name, versions: ['1.10.0', '1.2.0'] }]));
    expect(versionsOf(manifest)).toEqual(['1.10.0', '1.2.0']);
    expect(sent()).toEqual(['roles/Lab-1.demo/1.2.0.tar.gz']);
    const before = await readMarked<AnsibleManifest>(
      lab.site,
      lab.scope('x', first).context,
      'ansible.manifest',
    );
    expect(manifest.servers[0]?.roles?.[0]?.versions[0]).toEqual(before.servers[0]?.roles?.[0]?.versions[0]);
  });

  it.each([
    [{ name: 'lab.nowhere' }, 'the file of the mirror wants the newest; there are none'],
    [{ name: demo.name, versions: ['9.9'] }, 'the file of the mirror wants 9.9; there are 5'],
  ])('of which none is wanted are refused: %j', async (role, cause) => {
    await expect(
      pinAnsible(lab.site, argsOf([role]), lab.scope('ansible.pinned', 'c'.repeat(16))),
    ).rejects.toMatchObject({
      code: 'PreconditionFailed',
      message: `${upstream.host} has no version of ${role.name} that is wanted`,
      facts: { cause: expect.stringContaining(cause) as string },
    });
  });
});
