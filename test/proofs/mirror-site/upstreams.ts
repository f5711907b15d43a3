// SPDX-License-Identifier: Apache-2.0
// The upstreams of a mirror site on loopback: an archive, an index, a galaxy, repositories and a registry.
import { DebArchive } from '../../mirror/deb/deb-archive.ts';
import { GitUpstream } from '../../mirror/git/git-upstream.ts';
import { RegistryRelay } from '../../mirror/oci/registry-relay.ts';
import { RegistryUpstream } from '../../mirror/oci/registry-upstream.ts';
import { pythonIndex } from '../../mirror/pypi/python-index.ts';
import { serveGalaxy } from '../../mirror/ansible/generated-galaxy.ts';
import { UpstreamServer } from '../../mirror/upstream-server.ts';

export class SiteUpstreams {
  private constructor(
    private readonly largeBytes: number,
    readonly archive: DebArchive,
    readonly deb: UpstreamServer,
    readonly pypi: UpstreamServer,
    readonly galaxy: UpstreamServer,
    readonly git: GitUpstream,
    private readonly registry: RegistryUpstream,
    /** By which the registry is reached. */
    readonly oci: RegistryRelay,
  ) {}

  /** `largeBytes`: of each large file; default: seconds at the speed at which a worker is killed. */
  static async start(largeBytes = 1_500_000): Promise<SiteUpstreams> {
    const registry = await RegistryUpstream.start();
    const upstreams = new SiteUpstreams(
      largeBytes,
      await DebArchive.create(),
      await UpstreamServer.start(),
      await UpstreamServer.start(),
      await UpstreamServer.start(),
      await GitUpstream.start(),
      registry,
      await RegistryRelay.start(registry.host),
    );
    await upstreams.serve(1);
    return upstreams;
  }

  /** As a spec of a mirror names them. `signedBy`: a key or the path of its file. */
  sources(signedBy: string, signatures: boolean) {
    const { deb, pypi, galaxy, git, oci } = this;
    return {
      deb: [{ name: 'lab', url: deb.url, suites: ['stable'], signedBy, packages: ['app'] }],
      pypi: [{ name: 'lab', url: `${pypi.url}/simple`, projects: [{ name: 'one-thing' }] }],
      ansible: [{ name: 'lab', url: galaxy.url, collections: [{ name: 'lab.tools' }] }],
      git: [{ name: 'playbooks', url: git.urlOf('playbooks'), refs: ['main', 'stable'] }],
      oci: [
        {
          name: 'lab',
          url: `http://${oci.host}`,
          images: [{ name: 'team/app', tags: ['stable'], signatures }],
        },
      ],
    };
  }

  /** Another version of everything that is mirrored, and no former one. */
  async serve(version: number): Promise<void> {
    const { largeBytes } = this;
    const packages = [
      { name: 'app', version: `${version}.0`, depends: 'libs', bytes: 200_000 },
      { name: 'libs', version: '1.0', bytes: 100_000 },
      { name: 'extra', version: '1.0' },
    ];
    const wheels = ['one-thing', 'other-thing'].map((project) => ({
      project,
      version: `${version}.0`,
      bytes: largeBytes,
    }));
    this.deb.files.clear();
    for (const [path, bytes] of await this.archive.publish('stable', packages))
      this.deb.files.set(path, bytes);
    this.pypi.files.clear();
    for (const [path, bytes] of pythonIndex(wheels, { serial: version })) this.pypi.files.set(path, bytes);
    const collections = [
      {
        name: 'lab.tools',
        version: `${version}.0.0`,
        dependencies: { 'lab.base': '>=1.0.0' },
        bytes: largeBytes,
      },
      { name: 'lab.base', version: `${version}.1.0`, bytes: largeBytes },
      { name: 'lab.more', version: `${version}.0.0` },
    ];
    serveGalaxy(this.galaxy, collections, {}, [{ name: 'lab.demo', versions: [`${version}.0.0`] }]);
    await this.registry.push({
      repository: 'team/app',
      tag: 'stable',
      layers: [
        { name: 'base', bytes: largeBytes },
        { name: `app ${version}`, bytes: largeBytes },
      ],
    });
    await this.git.commit('playbooks', 'main', `main-${version}`, largeBytes);
    await this.git.commit('playbooks', 'stable', `stable-${version}`, largeBytes);
    if (version === 1) {
      const tip = await this.git.commit('playbooks', 'next', 'next', 1000);
      await this.git.tag('playbooks', 'v1', tip);
    }
  }

  /** Speed of all but the archive, whose files are fetched in a moment. */
  throttle(bytesPerSecond: number): void {
    for (const server of [this.pypi, this.galaxy, this.git, this.oci]) server.bytesPerSecond = bytesPerSecond;
  }

  forget(): void {
    for (const server of [this.deb, this.pypi, this.galaxy]) {
      server.asked.length = 0;
      server.sent.clear();
    }
    this.git.asked.length = 0;
    this.git.wanted.length = 0;
    this.git.sentBytes = 0;
    this.oci.asked.length = 0;
    this.oci.sentBytes = 0;
  }

  async stop(): Promise<void> {
    for (const server of [this.deb, this.pypi, this.galaxy, this.git, this.oci, this.registry])
      await server.stop();
    await this.archive.remove();
  }
}
