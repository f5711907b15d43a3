// SPDX-License-Identifier: Apache-2.0
// Works with a cloud as a plain user, without a pause, and counts what failed: lists of every API, an image, servers.
import { Readable } from 'node:stream';
import { createOpenStackClient, isOpenStackError } from 'openstack-client-ts';
import type { CloudLogin } from '../../../activities/clients/openstack/cloud.ts';
import { guestImageName } from '../../../workflows/contracts/box/guest-image.ts';

interface LoadResult {
  readonly requests: number;
  /** What failed, with the time. */
  readonly failed: readonly string[];
  readonly servers: number;
}

export interface CloudLoad {
  /** Ends after what goes on just now. */
  stop(): Promise<LoadResult>;
}

/** Two loops side by side. Each round logs in anew: a token that no service has seen makes each of them log in itself. */
export function startLoad(login: CloudLogin): CloudLoad {
  const load = new Load(login);
  const ends = Promise.all([load.loop(() => load.calls()), load.loop(() => load.server())]);
  return {
    stop: async () => {
      load.isOver = true;
      await ends;
      return load.result;
    },
  };
}

class Load {
  isOver = false;
  readonly result = { requests: 0, failed: [] as string[], servers: 0 };

  constructor(private readonly login: CloudLogin) {}

  async loop(round: () => Promise<void>): Promise<void> {
    while (!this.isOver) {
      await round();
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }

  async calls(): Promise<void> {
    const client = this.#client();
    await this.#counted('images', () => client.image.images.list());
    await this.#counted('networks', () => client.network.networks.list());
    await this.#counted('servers', () => client.compute.servers.list());
    await this.#counted('volumes', () => client.blockStorage.volumes.list());
    await this.#counted('image', async () => {
      const image = { name: 'load', diskFormat: 'raw', containerFormat: 'bare' } as const;
      const { id } = await client.image.images.create(image);
      await client.image.images.upload(id, Readable.from([Buffer.alloc(65_536)]), { sizeBytes: 65_536 });
      await client.image.images.delete(id);
    });
    await client.close();
  }

  /** Nova asks Placement, Neutron and Glance for it; Neutron tells Nova. */
  async server(): Promise<void> {
    const client = this.#client();
    await this.#counted('server', async () => {
      const { servers, flavors } = client.compute;
      const [image] = await client.image.images.list({ name: guestImageName });
      const [flavor] = (await flavors.list()).filter(({ name }) => name === 'SCS-1L-1');
      const [network] = await client.network.networks.list({ name: 'test' });
      const { id } = await servers.create({
        name: 'load',
        imageId: image?.id ?? '',
        flavorId: flavor?.id ?? '',
        networks: [{ networkId: network?.id ?? '' }],
      });
      await servers.waitFor(id, 'ACTIVE', { timeoutSeconds: 120 });
      await servers.delete(id);
      await servers.waitUntilGone(id, { timeoutSeconds: 60 });
      this.result.servers += 1;
    });
    await client.close();
  }

  async #counted(what: string, work: () => Promise<unknown>): Promise<void> {
    this.result.requests += 1;
    await work().catch((error: unknown) => {
      const text = isOpenStackError(error) ? `${error.code}: ${error.message}` : String(error);
      this.result.failed.push(`${new Date().toISOString()} ${what}: ${text}`);
    });
  }

  #client() {
    const { authUrl, username, domain, password, project, authority } = this.login;
    return createOpenStackClient({
      authUrl,
      ca: authority ?? undefined,
      authentication: {
        type: 'password',
        username,
        userDomainName: domain,
        password,
        projectName: project?.name ?? '',
        projectDomainName: project?.domain ?? '',
      },
    });
  }
}
