// SPDX-License-Identifier: Apache-2.0
// A DOUBLE of Keystone, Glance, Nova, Neutron, Placement and Cinder on one port, not any of them: it issues tokens, and each
// test says how the service answers. For what real services cannot be made to do on demand.

import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { OpenStackClient, OpenStackClientOptions } from '../src/index.ts';

import { createServer } from 'node:http';
import { afterEach } from 'vitest';
import { clientFor } from './with-double.ts';

export interface Seen {
  method: string;
  path: string;
  query: Record<string, string>;
  headers: IncomingMessage['headers'];
  body: unknown;
  atMs: number;
}

export interface Answer {
  status?: number;
  body?: unknown;
  headers?: Record<string, string>;
}

/** Answers a call; undefined when it did so by itself. A path that ends in /file is not read first. */
export type Handle = (
  seen: Seen,
  raw: { request: IncomingMessage; response: ServerResponse },
) => Answer | undefined | Promise<Answer | undefined>;

export interface ServiceDouble {
  client: OpenStackClient;
  /** The calls to services, without those for tokens. */
  seen: Seen[];
  tokensIssued(): number;
  clientWith(options: Partial<OpenStackClientOptions>): OpenStackClient;
}

const CATALOG = ['image', 'compute/v2.1', 'network', 'placement', 'block-storage/v3/project-id'];

const endings: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of endings.splice(0)) await end();
});

export async function serviceDouble(handle: Handle): Promise<ServiceDouble> {
  const seen: Seen[] = [];
  let tokens = 0;
  const server = createServer((request, response) => {
    void (async () => {
      const one = await readRequest(request);
      if (one.path === '/v3/auth/tokens') {
        response.setHeader('x-subject-token', `token-${++tokens}-secret`);
        return reply(response, { status: 201, body: tokenBody(base) });
      }
      seen.push(one);
      const answer = await handle(one, { request, response });
      if (answer !== undefined) reply(response, answer);
    })().catch((error: unknown) => response.destroy(error as Error));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  endings.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const clientWith: ServiceDouble['clientWith'] = (options) => clientFor(`${base}/v3`, options);
  return { client: clientWith({}), seen, tokensIssued: () => tokens, clientWith };
}

function tokenBody(base: string): unknown {
  const catalog = CATALOG.map((path) => ({
    type: path.split('/')[0],
    name: path,
    endpoints: [{ interface: 'public', region_id: 'R1', url: `${base}/${path}` }],
  }));
  const [issued, expires] = [new Date(), new Date(Date.now() + 3_600_000)].map((date) => date.toISOString());
  return { token: { issued_at: issued, expires_at: expires, user: { id: 'user-id' }, catalog } };
}

async function readRequest(request: IncomingMessage): Promise<Seen> {
  const url = new URL(request.url ?? '/', 'http://double');
  const chunks: Buffer[] = [];
  if (!url.pathname.endsWith('/file')) for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: Object.fromEntries(url.searchParams),
    headers: request.headers,
    body: text === '' ? undefined : (JSON.parse(text) as unknown),
    atMs: performance.now(),
  };
}

function reply(response: ServerResponse, { status = 200, body, headers }: Answer): void {
  response.writeHead(status, { 'x-openstack-request-id': 'req-42', ...headers });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
