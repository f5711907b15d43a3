// SPDX-License-Identifier: Apache-2.0
// A cloud with one user on the Keystone of a box, rotated in this process: what its store, its Keystone and its consumers have.
import { join } from 'node:path';
import { accessDirectory, readCloud } from '../../../activities/clients/openstack/access-files.ts';
import {
  tokenOrNull,
  withCloud,
  type CloudLogin,
  type OpenStackClient,
} from '../../../activities/clients/openstack/cloud.ts';
import { EmbeddedSecretStore, type SecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { VaultSecretStore } from '../../../activities/clients/vault/vault-store.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { parseCloudSpec } from '../../../workflows/contracts/cloud/cloud-spec.schema.ts';
import type { CloudSpec } from '../../../workflows/contracts/cloud/cloud-spec.ts';
import {
  credentialRef,
  type CredentialPart,
  type PublishedCredential,
} from '../../../workflows/contracts/credentials/credential.ts';
import type { VaultSettings } from '../../../workflows/contracts/credentials/secret-store.ts';
import { createReader } from '../../system/keys/cloud-users.ts';
import type { Lab } from '../../system/lab.ts';
import { asAdministrator } from '../sabotage/sabotages.ts';
import { drive, type Drive, type Ended } from './drive.ts';

/** A box with Keystone, and the lab that installed it. */
export type RotationStand = () => { readonly lab: Lab; readonly box: BoxSpec };

/** One user of a cloud of its own, so that no test meets another's. */
export class OneUserCloud {
  #runs = 0;

  private constructor(
    private readonly lab: Lab,
    private readonly box: BoxSpec,
    readonly spec: CloudSpec,
    readonly store: SecretStore,
  ) {}

  /** With a first generation that is published. */
  static async create(stand: RotationStand, name: string, vault?: VaultSettings): Promise<OneUserCloud> {
    const { lab, box } = stand();
    const raw = {
      apiVersion: 'holdfast/v1',
      kind: 'Cloud',
      name,
      administrator: `${box.name}-admin`,
      users: [{ name, roles: ['reader'] }],
      ...(vault !== undefined && { store: vault }),
    };
    const parsed = parseCloudSpec(raw);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const embedded = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    const store = vault === undefined ? embedded : new VaultSecretStore(vault);
    const cloud = new OneUserCloud(lab, box, parsed.value, store);
    await createReader({ spec: box, stateDirectory: lab.stateDirectory }, name, `${name}-password`);
    await store.put(cloud.ref('owner'), `${name}-password`, 0);
    const ended = await cloud.rotate();
    if (ended !== null) throw new Error(JSON.stringify(ended));
    return cloud;
  }

  get name(): string {
    return this.spec.name;
  }

  ref(part: CredentialPart) {
    return credentialRef({ kind: 'cloud', name: this.name }, this.name, part);
  }

  async rotate(begins?: Drive['begins']): Promise<Ended | null> {
    const [user] = this.spec.users;
    if (user === undefined) throw new Error('The cloud has no user');
    const { stateDirectory } = this.lab;
    const nonce = `${this.name}-${(this.#runs += 1)}`;
    return drive({ stateDirectory, spec: this.spec, nonce, ...(begins !== undefined && { begins }) }, user);
  }

  async read<T>(part: CredentialPart): Promise<T> {
    return JSON.parse((await this.store.get(this.ref(part)))?.value ?? 'null') as T;
  }

  async generation(): Promise<number> {
    return (await this.read<PublishedCredential>('published')).generation;
  }

  /** Roles that what consumers read lets in with; null when it does not let in. */
  async roles(): Promise<string[] | null> {
    const { id, secret } = await this.read<PublishedCredential>('published');
    const own = { ...(await this.#login()), project: null, applicationCredential: { id, secret } };
    return (await tokenOrNull(own))?.roles.map(({ name }) => name) ?? null;
  }

  /** A credential that somebody else made as this user. */
  async createForeign(name: string): Promise<void> {
    const login = await this.#login();
    const project = { name: 'service', domain: 'Default' };
    const own = { ...login, username: this.name, password: `${this.name}-password`, project };
    await withCloud(own, async (client) => {
      const { userId } = await client.issueToken();
      await client.identity.applicationCredentials.create(userId, { name });
    });
  }

  /** Names in Keystone. */
  inKeystone = (): Promise<string[]> =>
    this.asAdmin(async ({ identity }, userId) =>
      (await identity.applicationCredentials.list(userId)).map(({ name }) => name),
    );

  asAdmin<T>(work: (client: OpenStackClient, userId: string) => Promise<T>): Promise<T> {
    return asAdministrator({ spec: this.box, stateDirectory: this.lab.stateDirectory }, async (client) => {
      const user = await client.identity.users.find({ name: this.name, domainId: 'default' });
      return work(client, user?.id ?? '');
    });
  }

  async #login(): Promise<CloudLogin> {
    return readCloud(accessDirectory(this.lab.stateDirectory, this.box.name), `${this.box.name}-admin`);
  }
}
