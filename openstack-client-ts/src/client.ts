// SPDX-License-Identifier: Apache-2.0
// Wires the layers together into the client callers hold.
// Options, tokens and passwords live in closures only, so printing a client cannot show them.

import type { CallRequest } from './call.ts';
import type { Interface } from './catalog.ts';
import type { CallOptions } from './http.ts';
import type { Identity } from './identity/identity.ts';
import type { OpenStackClientOptions } from './options.ts';
import type { IssuedToken } from './token.ts';

import { createAuthorizedSend } from './authorized.ts';
import { createCall } from './call.ts';
import { endpointIn } from './catalog.ts';
import { createConnections } from './connections.ts';
import { OpenStackError } from './errors.ts';
import { createIdentity } from './identity/identity.ts';
import { authUrlOf, timeoutOf } from './options.ts';
import { createTokenCache } from './token-cache.ts';
import { issueToken } from './token.ts';
import { createTransport } from './transport.ts';

/** A catalog look-up that differs from the client's own interface and region. */
export interface EndpointOptions extends CallOptions {
  interface?: Interface | undefined;
  regionName?: string | undefined;
}

/** A call to a service of the catalog that has no resource of its own here. */
export interface ServiceRequest<T> extends CallRequest<T> {
  serviceType: string;
}

/** An OpenStack cloud as seen by one identity. */
export interface OpenStackClient {
  readonly identity: Identity;
  /** A new token of its own, not the cached one; throws OpenStackError `unauthorized`. */
  issueToken(options?: CallOptions): Promise<IssuedToken>;
  /** The URL of a service from the catalog; throws OpenStackError `not-found`, naming what there is. */
  endpoint(serviceType: string, options?: EndpointOptions): Promise<URL>;
  /** Sends one authenticated call to the service's endpoint; throws OpenStackError. */
  request<T>(request: ServiceRequest<T>): Promise<T>;
  /** Releases the sockets once running calls have ended; idempotent. Later calls fail as `unreachable`. */
  close(): Promise<void>;
}

/** A client for one identity; sends nothing until first used. Throws TypeError for unusable options. */
export function createOpenStackClient(options: OpenStackClientOptions): OpenStackClient {
  const authUrl = authUrlOf(options);
  const requestTimeoutSeconds = timeoutOf(options);
  const { ca, dispatcher, authentication } = options;
  const connections = createConnections({ ca, dispatcher, requestTimeoutSeconds });
  const userAgent = options.userAgent ?? 'openstack-client-ts';
  const send = createTransport({ connections, requestTimeoutSeconds, userAgent });
  const tokens = createTokenCache(() => issueToken(send, authUrl, authentication));
  const sendAuthorized = createAuthorizedSend(send, tokens);

  const endpoint: OpenStackClient['endpoint'] = async (serviceType, choice = {}) => {
    const onAbort = (): Error =>
      new OpenStackError({
        ...{ code: 'aborted', message: 'aborted by the caller' },
        ...{ method: 'LOOKUP', url: 'catalog' },
      });
    const { catalog } = await tokens.current(choice.signal, onAbort);
    return endpointIn(catalog, {
      serviceType,
      interface: choice.interface ?? options.interface ?? 'public',
      regionName: choice.regionName ?? options.regionName,
    });
  };

  return Object.freeze<OpenStackClient>({
    identity: createIdentity(createCall(sendAuthorized, authUrl), createCall(send, authUrl)),
    issueToken: (callOptions) => issueToken(send, authUrl, authentication, callOptions),
    endpoint,
    request: async ({ serviceType, ...request }) =>
      createCall(sendAuthorized, await endpoint(serviceType, { signal: request.signal }))(request),
    close: () => connections.close(),
  });
}
