// SPDX-License-Identifier: Apache-2.0
// One session with a Vault: logs in at its first call, again when its token was refused, and gives the token back at its end.
import { readFile } from 'node:fs/promises';
import nodeVault from 'node-vault';
import type { VaultSettings } from '../../../workflows/contracts/credentials/secret-store.ts';
import { Failure } from '../failure.ts';
import { VaultTransport, type VaultRequest } from './vault-transport.ts';
import { isForbidden, vaultFailure } from './vault-failure.ts';

type VaultClient = ReturnType<typeof nodeVault>;

export class VaultSession {
  #opened: Promise<{ readonly vault: VaultClient; readonly transport: VaultTransport }> | null = null;

  constructor(private readonly settings: VaultSettings) {}

  /** Runs one call as the login of the settings. @throws Failure */
  async call<T>(work: (vault: VaultClient) => Promise<T>): Promise<T> {
    const { vault } = await this.#open();
    try {
      return await work(vault);
    } catch (error) {
      if (!isForbidden(error)) throw vaultFailure(error, this.settings.address);
    }
    // The token may have ended, or its policies have changed: a fresh one tells.
    await this.#logIn(vault);
    return work(vault).catch((error: unknown) => {
      throw vaultFailure(error, this.settings.address);
    });
  }

  /** Gives the token back. Never throws: a token that stays ends by itself. @idempotent */
  async close(): Promise<void> {
    const opened = await this.#opened?.catch(() => null);
    this.#opened = null;
    if (opened === undefined || opened === null) return;
    const { vault, transport } = opened;
    if (vault.token !== '') await vault.tokenRevokeSelf().catch(() => undefined);
    vault.token = '';
    await transport.close();
  }

  #open(): Promise<{ readonly vault: VaultClient; readonly transport: VaultTransport }> {
    this.#opened ??= this.#connect().catch((error: unknown) => {
      // The next call tries again.
      this.#opened = null;
      throw error;
    });
    return this.#opened;
  }

  async #connect() {
    const { address, authorityFile, login } = this.settings;
    const isCertificate = login.kind === 'certificate';
    const transport = new VaultTransport({
      authority: authorityFile === undefined ? undefined : await textOf(authorityFile),
      certificate: isCertificate ? await textOf(login.certificateFile) : undefined,
      key: isCertificate ? await textOf(login.keyFile) : undefined,
    });
    const send = (request: VaultRequest) => transport.send(request);
    const vault = nodeVault({
      endpoint: address,
      // Its debug output holds tokens and secrets.
      debug: () => undefined,
      noCustomHTTPVerbs: true,
      'request-promise': { defaults: () => send },
    });
    // Otherwise it takes what the environment names.
    Object.assign(vault, { token: '', namespace: '', pathPrefix: '' });
    try {
      await this.#logIn(vault);
    } catch (error) {
      await transport.close();
      throw error;
    }
    return { vault, transport };
  }

  /** @throws Failure */
  async #logIn(vault: VaultClient): Promise<void> {
    const { login, address } = this.settings;
    vault.token = '';
    const body =
      login.kind === 'certificate'
        ? { ...(login.role !== undefined && { name: login.role }) }
        : { role_id: login.roleId, secret_id: (await textOf(login.secretIdFile)).trim() };
    const answer = (await vault.write(`auth/${login.mount}/login`, body).catch((error: unknown) => {
      throw vaultFailure(error, address, 'The login to Vault was refused');
    })) as { auth?: { client_token?: unknown } };
    const token = answer.auth?.client_token;
    if (typeof token !== 'string' || token === '')
      throw new Failure('Rejected', 'Vault let nobody in and gave no reason', { on: address });
    vault.token = token;
  }
}

/** @throws Failure Rejected naming the file */
async function textOf(path: string): Promise<string> {
  return readFile(path, 'utf8').catch((error: unknown) => {
    throw new Failure('Rejected', `The file ${path} cannot be read`, {
      on: path,
      cause: error,
      hint: 'Name the right file in the spec of the cloud, below store',
    });
  });
}
