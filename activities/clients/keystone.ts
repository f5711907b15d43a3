// SPDX-License-Identifier: Apache-2.0
// Speaks to a box's Keystone from this machine, and maps the client's errors to ours. Decides nothing.
import { createOpenStackClient, isOpenStackError, type OpenStackClient } from 'openstack-client-ts';
import type { ErrorCode } from '../../workflows/contracts/errors.ts';
import { Failure } from './failure.ts';

export type { OpenStackClient };

export interface KeystoneLogin {
  readonly authUrl: string;
  readonly region: string;
  readonly username: string;
  readonly password: string;
  readonly projectName: string;
  /** PEM of the box's authority. */
  readonly authority: string;
}

/** Runs `work` with a client for one project of the default domain, and closes it. @throws Failure */
export async function withKeystone<T>(
  login: KeystoneLogin,
  work: (client: OpenStackClient) => Promise<T>,
): Promise<T> {
  const client = createOpenStackClient({
    authUrl: login.authUrl,
    regionName: login.region,
    ca: login.authority,
    authentication: {
      type: 'password',
      username: login.username,
      userDomainName: 'Default',
      password: login.password,
      projectName: login.projectName,
      projectDomainName: 'Default',
    },
    userAgent: 'holdfast',
  });
  try {
    return await work(client);
  } catch (error) {
    throw asFailure(error, login.authUrl);
  } finally {
    await client.close();
  }
}

const codes: Partial<Record<string, ErrorCode>> = {
  unreachable: 'Unreachable',
  server: 'Unreachable',
  conflict: 'Conflict',
};

function asFailure(error: unknown, on: string): unknown {
  if (!isOpenStackError(error)) return error;
  const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
  return new Failure(
    codes[error.code] ?? 'Rejected',
    `Keystone: ${error.method} ${error.url} ${error.code}${request}`,
    { on, cause: error.message },
  );
}

/** True when the failure says that these credentials do not let anybody in. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof Failure && / unauthorized/.test(error.message);
}
