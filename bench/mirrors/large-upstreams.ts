// SPDX-License-Identifier: Apache-2.0
// Upstreams on loopback with large files, one kind each, whose speed can be held down.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { serveGalaxy } from '../../test/mirror/ansible/generated-galaxy.ts';
import { DebArchive } from '../../test/mirror/deb/deb-archive.ts';
import { RegistryRelay } from '../../test/mirror/oci/registry-relay.ts';
import { RegistryUpstream } from '../../test/mirror/oci/registry-upstream.ts';
import { pythonIndex } from '../../test/mirror/pypi/python-index.ts';
import { UpstreamServer } from '../../test/mirror/upstream-server.ts';
import { argsOf, type LabArgs } from './lab-site.ts';

const numbers = [1, 2, 3, 4, 5, 6, 7, 8];
const fileBytes = 6_000_000;
/** Of each kind, about. */
export const setBytes = numbers.length * fileBytes;

/** Upstreams of large files, one kind each. */
export class LargeUpstreams {
  private constructor(
    readonly archive: DebArchive,
    readonly deb: UpstreamServer,
    readonly pypi: UpstreamServer,
    readonly ansible: UpstreamServer,
    readonly registry: RegistryUpstream,
    readonly oci: RegistryRelay,
  ) {}

  static async start(): Promise<LargeUpstreams> {
    const registry = await RegistryUpstream.start();
    const upstreams = new LargeUpstreams(
      await DebArchive.create(),
      await UpstreamServer.start(),
      await UpstreamServer.start(),
      await UpstreamServer.start(),
      registry,
      await RegistryRelay.start(registry.host),
    );
    const packages = numbers.map((number) => ({ name: `large${number}`, version: '1', bytes: fileBytes }));
    for (const [path, bytes] of await upstreams.archive.publish('stable', packages))
      upstreams.deb.files.set(path, bytes);
    await writeFile(upstreams.key, upstreams.archive.publicKey);
    const wheels = numbers.map((number) => ({ project: `large${number}`, version: '1', bytes: fileBytes }));
    for (const [path, bytes] of pythonIndex(wheels)) upstreams.pypi.files.set(path, bytes);
    const collections = numbers.map((number) => ({
      name: `lab.large${number}`,
      version: '1.0.0',
      bytes: fileBytes,
    }));
    serveGalaxy(upstreams.ansible, collections);
    const layers = numbers.map((number) => ({ name: `large ${number}`, bytes: fileBytes }));
    await registry.push({ repository: 'team/large', tag: 'stable', layers });
    return upstreams;
  }

  get key(): string {
    return join(this.archive.folder, 'key.asc');
  }

  get args(): LabArgs {
    const names = numbers.map((number) => `large${number}`);
    return argsOf({
      deb: [{ name: 'lab', url: this.deb.url, suites: ['stable'], signedBy: this.key, packages: names }],
      pypi: [{ name: 'lab', url: `${this.pypi.url}/simple`, projects: names.map((name) => ({ name })) }],
      ansible: [
        { name: 'lab', url: this.ansible.url, collections: names.map((name) => ({ name: `lab.${name}` })) },
      ],
      oci: [
        {
          name: 'lab',
          url: `http://${this.oci.host}`,
          images: [{ name: 'team/large', tags: ['stable'], signatures: false }],
        },
      ],
    });
  }

  async stop(): Promise<void> {
    for (const server of [this.deb, this.pypi, this.ansible, this.oci, this.registry]) await server.stop();
    await this.archive.remove();
  }
}
