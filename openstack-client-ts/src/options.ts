// SPDX-License-Identifier: Apache-2.0
// What a caller says to get a client, and the checks that can be made before anything is sent.
// It never puts an option's value into an error, except for the URL's host and path.

import type { Dispatcher } from 'undici';
import type { Interface } from './login/catalog.ts';

/** A project the token is for. */
export interface ProjectScope {
  projectName: string;
  projectDomainName: string;
}

/** A token for the whole deployment. */
export interface SystemScope {
  system: true;
}

/** A token without a scope; it has no catalog, and Keystone ignores the user's default project. */
export interface Unscoped {
  unscoped: true;
}

/** A user's name and password, with exactly one of the scopes. */
export type PasswordAuthentication = {
  type: 'password';
  username: string;
  userDomainName: string;
  password: string;
} & (ProjectScope | SystemScope | Unscoped);

/** An application credential, which is bound to its project. */
export interface ApplicationCredentialAuthentication {
  type: 'application-credential';
  id: string;
  secret: string;
}

/** How a client proves who it is. */
export type Authentication = PasswordAuthentication | ApplicationCredentialAuthentication;

/** Everything `createOpenStackClient` takes. */
export interface OpenStackClientOptions {
  /** Keystone's versioned URL, ending in `/v3`; identity calls go here, whatever the catalog says. */
  authUrl: string;
  authentication: Authentication;
  /** PEM certificates to trust instead of the system's; default: the ones Node.js trusts. */
  ca?: string | undefined;
  /** Region of catalog look-ups; needed only when a service has endpoints in several. */
  regionName?: string | undefined;
  /** Interface of catalog look-ups, default `public`. */
  interface?: Interface | undefined;
  /** Versions to speak instead of the pinned ones, for a service that is older or younger than they are. */
  microversions?: { compute?: string | undefined; placement?: string | undefined } | undefined;
  /** Default `openstack-client-ts`. */
  userAgent?: string | undefined;
  /** Limit of each single attempt in seconds, default 30: above Keystone's slowest answers, below patience. */
  requestTimeoutSeconds?: number | undefined;
  /** Replaces the client's own connections (and `ca`); `close()` leaves it open. */
  dispatcher?: Dispatcher | undefined;
}

const DEFAULT_TIMEOUT_SECONDS = 30;

/** The auth URL parsed, without a trailing slash; throws TypeError when it is not an http(s) URL ending in /v3. */
export function authUrlOf(options: OpenStackClientOptions): URL {
  if (!URL.canParse(options.authUrl)) throw new TypeError('authUrl is not a URL');
  const url = new URL(options.authUrl);
  url.pathname = url.pathname.replace(/\/+$/, '');
  if (!['http:', 'https:'].includes(url.protocol)) throw new TypeError('authUrl must be http or https');
  if (url.username || url.password) throw new TypeError('authUrl must not hold credentials');
  if (!url.pathname.endsWith('/v3')) {
    throw new TypeError(`authUrl must end in /v3: ${url.origin}${url.pathname}`);
  }
  return url;
}

/** The time limit in seconds; throws TypeError unless it is a positive number. */
export function timeoutOf(options: OpenStackClientOptions): number {
  const timeoutSeconds = options.requestTimeoutSeconds ?? DEFAULT_TIMEOUT_SECONDS;
  if (!(timeoutSeconds > 0)) throw new TypeError('requestTimeoutSeconds must be positive');
  return timeoutSeconds;
}
