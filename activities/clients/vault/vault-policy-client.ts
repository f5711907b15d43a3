// SPDX-License-Identifier: Apache-2.0
// Reads and writes policies of a Vault as they are written, by a login that may. Knows no policy's meaning.
import type { VaultSettings } from '../../../workflows/contracts/credentials/secret-store.ts';
import { isAbsent } from './vault-failure.ts';
import { VaultSession } from './vault-session.ts';

export class VaultPolicyClient {
  readonly #session: VaultSession;

  constructor(settings: VaultSettings) {
    this.#session = new VaultSession(settings);
  }

  /** Null when there is none. @throws Failure */
  async read(name: string): Promise<string | null> {
    const answer = await this.#session.call(async (vault) =>
      (vault.read(pathOf(name)) as Promise<{ data?: { policy?: unknown } }>).catch((error: unknown) => {
        if (isAbsent(error)) return null;
        throw error;
      }),
    );
    const policy = answer?.data?.policy;
    return typeof policy === 'string' ? policy : null;
  }

  /** Replaces the one that is there. @throws Failure */
  async write(name: string, policy: string): Promise<void> {
    await this.#session.call((vault) => vault.write(pathOf(name), { policy }));
  }

  async close(): Promise<void> {
    await this.#session.close();
  }
}

const pathOf = (name: string): string => `sys/policies/acl/${name}`;
