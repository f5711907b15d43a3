// SPDX-License-Identifier: Apache-2.0
// Speaks to a cloud from this machine as one user, and maps the client's errors to ours. Decides nothing.
import { createOpenStackClient, isOpenStackError, type OpenStackClient } from 'openstack-client-ts';
import type { ErrorCode } from '../../../workflows/contracts/run/errors.ts';
import { Failure } from '../failure.ts';
import { SharedClients } from './shared-clients.ts';

export type { OpenStackClient };

export interface CloudLogin {
  readonly authUrl: string;
  /** Null: the cloud has only one. */
  readonly region: string | null;
  readonly username: string;
  readonly domain: string;
  readonly password: string;
  /** A project of `projectDomain`; null for a token that is for nothing. */
  readonly project: { readonly name: string; readonly domain: string } | null;
  /** In place of user and project. */
  readonly applicationCredential?: { readonly id: string; readonly secret: string };
  /** PEM of the box's authority; null: those that this machine trusts. */
  readonly authority: string | null;
  /** Which URLs of the catalog to use. */
  readonly interface: 'public' | 'internal';
}

const clients = new SharedClients();

/**
 * Runs `work` with a client that others of the same login may use as well: its token may be some seconds old.
 * What asks whether a password lets in calls `issueToken`, which logs in anew. @throws Failure
 */
export async function withCloud<T>(
  login: CloudLogin,
  work: (client: OpenStackClient) => Promise<T>,
): Promise<T> {
  try {
    return await clients.borrow(login, () => newClient(login), work);
  } catch (error) {
    throw cloudFailure(error, login.authUrl);
  }
}

/** After a change of the catalog or of a user's roles the next call logs in again. */
export async function forgetTokens({ authUrl }: Pick<CloudLogin, 'authUrl'>): Promise<void> {
  await clients.forget(authUrl);
}

function newClient(login: CloudLogin): OpenStackClient {
  const { project, applicationCredential } = login;
  const scope =
    project === null
      ? ({ unscoped: true } as const)
      : { projectName: project.name, projectDomainName: project.domain };
  return createOpenStackClient({
    authUrl: login.authUrl,
    interface: login.interface,
    regionName: login.region ?? undefined,
    ca: login.authority ?? undefined,
    authentication:
      applicationCredential === undefined
        ? {
            type: 'password',
            username: login.username,
            userDomainName: login.domain,
            password: login.password,
            ...scope,
          }
        : { type: 'application-credential', ...applicationCredential },
    userAgent: 'holdfast',
  });
}

const codes: Partial<Record<string, ErrorCode>> = {
  unreachable: 'Unreachable',
  server: 'Unreachable',
  conflict: 'Conflict',
};

/** An OpenStackError as a Failure; any other error as it is. */
export function cloudFailure(error: unknown, on: string): unknown {
  if (!isOpenStackError(error)) return error;
  const request = error.requestId === undefined ? '' : ` (request ${error.requestId})`;
  return new Failure(
    codes[error.code] ?? 'Rejected',
    `OpenStack: ${error.method} ${error.url} ${error.code}${request}`,
    { on, cause: error.message },
  );
}

/**
 * A new token of the login; null when it does not let in. Keystone answers 401, and 404 to an application credential that
 * was deleted. Who works by this login in the next seconds uses the same token.
 */
export async function tokenOrNull(
  login: CloudLogin,
): Promise<Awaited<ReturnType<OpenStackClient['logIn']>> | null> {
  return withCloud(login, (client) => client.logIn()).catch((error: unknown) => {
    const isDeleted =
      login.applicationCredential !== undefined &&
      error instanceof Failure &&
      /\/auth\/tokens not-found/.test(error.message);
    if (isDeleted || isUnauthorized(error)) return null;
    throw error;
  });
}

/** True when the failure says that the credentials are refused. */
export function isUnauthorized(error: unknown): boolean {
  return error instanceof Failure && / unauthorized/.test(error.message);
}
