// SPDX-License-Identifier: Apache-2.0
// Lends one client per login to calls at about the same time, so that an observation of a cloud logs in once. Sends no request itself.
import { createHash } from 'node:crypto';
import type { OpenStackClient } from 'openstack-client-ts';

/** @source shorter than a look at a whole cloud takes twice; a token holds the catalog and the roles of its birth */
const sharedSeconds = 15;

interface Lent {
  readonly client: OpenStackClient;
  readonly bornAt: number;
  borrowers: number;
  isDropped: boolean;
}

export class SharedClients {
  readonly #lent = new Map<string, Lent>();

  /** `login` says who asks where. A client that met an error is not lent again. */
  async borrow<T>(
    login: { readonly authUrl: string },
    make: () => OpenStackClient,
    work: (client: OpenStackClient) => Promise<T>,
  ): Promise<T> {
    const digest = createHash('sha256').update(JSON.stringify(login)).digest('hex');
    const key = `${login.authUrl} ${digest}`;
    this.#dropOld();
    const lent = this.#entry(key, make);
    lent.borrowers += 1;
    try {
      return await work(lent.client);
    } catch (error) {
      await this.#drop(key, lent);
      throw error;
    } finally {
      lent.borrowers -= 1;
      if (lent.isDropped && lent.borrowers === 0) await lent.client.close();
    }
  }

  /** After what its tokens carry has changed: the catalog, or somebody's roles. */
  async forget(authUrl: string): Promise<void> {
    for (const [key, lent] of this.#lent) if (key.startsWith(`${authUrl} `)) await this.#drop(key, lent);
  }

  /** Of every login: an unused client would keep its sockets and its password for ever. */
  #dropOld(): void {
    for (const [key, lent] of this.#lent)
      if (Date.now() - lent.bornAt >= sharedSeconds * 1000) void this.#drop(key, lent);
  }

  #entry(key: string, make: () => OpenStackClient): Lent {
    const present = this.#lent.get(key);
    if (present !== undefined) return present;
    const lent = { client: make(), bornAt: Date.now(), borrowers: 0, isDropped: false };
    this.#lent.set(key, lent);
    return lent;
  }

  /** Evicted; the last borrower closes it. */
  async #drop(key: string, lent: Lent): Promise<void> {
    lent.isDropped = true;
    if (this.#lent.get(key) === lent) this.#lent.delete(key);
    if (lent.borrowers === 0) await lent.client.close();
  }
}
