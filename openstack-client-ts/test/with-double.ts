// SPDX-License-Identifier: Apache-2.0
// Gives each test a fresh double of Keystone and clients for it, all closed afterwards.

import type { OpenStackClient, OpenStackClientOptions } from '../src/index.ts';
import type { KeystoneDouble } from './keystone-double.ts';

import { afterEach } from 'vitest';
import { createOpenStackClient } from '../src/index.ts';
import { startKeystoneDouble } from './keystone-double.ts';

export const PASSWORD = `s3cr3t "quoted" 'twice' back\\slash`;

const endings: (() => Promise<void>)[] = [];

afterEach(async () => {
  for (const end of endings.splice(0).reverse()) await end();
});

export async function doubleForTest(tls?: { key: string; cert: string }): Promise<KeystoneDouble> {
  const double = await startKeystoneDouble(tls);
  endings.push(() => double.close());
  return double;
}

export function clientFor(url: string, options: Partial<OpenStackClientOptions> = {}): OpenStackClient {
  const client = createOpenStackClient({
    authUrl: url,
    authentication: {
      type: 'password',
      username: 'admin',
      userDomainName: 'Default',
      password: PASSWORD,
      projectName: 'admin',
      projectDomainName: 'Default',
    },
    ...options,
  });
  endings.push(() => client.close());
  return client;
}

/** The error a promise rejects with; fails when it does not. */
export async function errorOf(promise: Promise<unknown>): Promise<unknown> {
  try {
    await promise;
  } catch (error) {
    return error;
  }
  throw new Error('expected a rejection');
}
