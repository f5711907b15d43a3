// SPDX-License-Identifier: Apache-2.0
// Wires the layers together into the client callers hold.
// Options, tokens and passwords live in closures only, so printing a client cannot show them.

import type { CallRequest, CallTarget } from './call.ts';
import type { Interface } from './login/catalog.ts';
import type { Compute } from './compute/compute.ts';
import type { CallOptions } from './http/http.ts';
import type { Identity } from './identity/identity.ts';
import type { ImageService } from './image/image-service.ts';
import type { Networking } from './network/networking.ts';
import type { OpenStackClientOptions } from './options.ts';
import type { Placement } from './placement/placement.ts';
import type { BlockStorage } from './volume/block-storage.ts';
import type { IssuedToken } from './login/token.ts';

import { createAuthorizedSend } from './login/authorized.ts';
import { createCall } from './call.ts';
import { endpointIn } from './login/catalog.ts';
import { createCompute } from './compute/compute.ts';
import { createConnections } from './http/connections.ts';
import { abortedAt, isOpenStackError } from './errors.ts';
import { createIdentity } from './identity/identity.ts';
import { createImageService } from './image/image-service.ts';
import { createNetworking } from './network/networking.ts';
import { authUrlOf, timeoutOf } from './options.ts';
import { createPlacement } from './placement/placement.ts';
import { createBlockStorage } from './volume/block-storage.ts';
import { createTokenCache } from './login/token-cache.ts';
import { issueToken } from './login/token.ts';
import { createTransport } from './http/transport.ts';

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
  readonly image: ImageService;
  readonly compute: Compute;
  readonly network: Networking;
  readonly placement: Placement;
  /** Calls throw `not-found` where the catalog has no block storage. */
  readonly blockStorage: BlockStorage;
  /** A new token of its own, not the cached one; throws OpenStackError `unauthorized`. */
  issueToken(options?: CallOptions): Promise<IssuedToken>;
  /** A new token, which later calls of this client use; throws OpenStackError `unauthorized`. */
  logIn(options?: CallOptions): Promise<IssuedToken>;
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
    const { catalog } = await tokens.current(choice.signal, () => abortedAt('catalog'));
    return endpointIn(catalog, {
      serviceType,
      interface: choice.interface ?? options.interface ?? 'public',
      regionName: choice.regionName ?? options.regionName,
    });
  };

  const targetOf = (serviceType: string): CallTarget => ({
    serviceType,
    baseOf: ({ signal }) => endpoint(serviceType, { signal }),
  });
  /** Most catalogs still call it by the name that it had before the service types were agreed on. */
  const blockStorage: CallTarget = {
    baseOf: ({ signal }) =>
      endpoint('block-storage', { signal }).catch((error: unknown) => {
        if (!isOpenStackError(error, 'not-found')) throw error;
        return endpoint('volumev3', { signal });
      }),
  };
  const atAuthUrl: CallTarget = { baseOf: () => authUrl };
  const { compute, placement } = options.microversions ?? {};
  return Object.freeze<OpenStackClient>({
    identity: createIdentity(createCall(sendAuthorized, atAuthUrl), createCall(send, atAuthUrl)),
    image: createImageService(sendAuthorized, targetOf('image')),
    compute: createCompute(sendAuthorized, { ...targetOf('compute'), microversion: compute }),
    network: createNetworking(sendAuthorized, targetOf('network')),
    placement: createPlacement(sendAuthorized, { ...targetOf('placement'), microversion: placement }),
    blockStorage: createBlockStorage(sendAuthorized, blockStorage),
    issueToken: (callOptions) => issueToken(send, authUrl, authentication, callOptions),
    logIn: async (callOptions) => {
      const token = await issueToken(send, authUrl, authentication, callOptions);
      tokens.keep(token);
      return token;
    },
    endpoint,
    request: ({ serviceType, ...request }) => createCall(sendAuthorized, targetOf(serviceType))(request),
    close: () => connections.close(),
  });
}
