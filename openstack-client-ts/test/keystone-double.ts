// SPDX-License-Identifier: Apache-2.0
// A DOUBLE of Keystone, not Keystone: it exists for answers a real one cannot be made to give on demand.
// It checks no rights and knows no rule that a test here does not need.

import type { IncomingMessage, RequestListener, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

import { createServer } from 'node:http';
import { createServer as createTlsServer } from 'node:https';

interface SeenRequest {
  method: string;
  path: string;
  query: URLSearchParams;
  token: string | undefined;
  connection: string | undefined;
  body: Record<string, unknown>;
  atMs: number;
}

/** What a test wants instead of the usual answer: none at all, or a status with a body. */
type Instead = 'reset' | 'silence' | { status: number; body: unknown } | undefined;

export interface KeystoneDouble {
  url: string;
  seen: SeenRequest[];
  seenTo(method: string, path: string): SeenRequest[];
  /** Consulted before every answer. */
  instead: (request: SeenRequest) => Instead;
  /** The resources by plural name. */
  store: Map<string, Record<string, unknown>[]>;
  revoked: Set<string>;
  tokenLifetimeSeconds: number;
  close(): Promise<void>;
}

const CATALOG = [
  {
    type: 'identity',
    name: 'keystone',
    endpoints: [
      { interface: 'public', region_id: 'R1', region: 'R1', url: 'https://one.example/v3' },
      { interface: 'internal', region_id: 'R1', region: 'R1', url: 'https://inside.example/v3' },
      { interface: 'public', region_id: 'R2', region: 'R2', url: 'https://two.example/v3' },
    ],
  },
];

export async function startKeystoneDouble(tls?: { key: string; cert: string }): Promise<KeystoneDouble> {
  let issued = 0;
  const answer = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const seen = await readRequest(request);
    double.seen.push(seen);
    const instead = double.instead(seen);
    if (instead === 'reset') request.socket.resetAndDestroy();
    else if (instead === undefined) usualAnswer(double, seen, response, () => `token-${++issued}-secret`);
    else if (instead !== 'silence') reply(response, instead.status, instead.body);
  };
  const listener: RequestListener = (request, response) => void answer(request, response);
  const server: Server = tls ? createTlsServer(tls, listener) : createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const double: KeystoneDouble = {
    url: `${tls ? 'https' : 'http'}://127.0.0.1:${port}/v3`,
    seen: [],
    seenTo: (method, path) => double.seen.filter((one) => one.method === method && one.path === path),
    instead: () => undefined,
    store: new Map(),
    revoked: new Set(),
    tokenLifetimeSeconds: 3600,
    close: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
  return double;
}

function usualAnswer(
  double: KeystoneDouble,
  seen: SeenRequest,
  response: ServerResponse,
  nextToken: () => string,
): void {
  if (seen.path === '/v3') return reply(response, 200, { version: { id: 'v3.14', status: 'stable' } });
  if (seen.path === '/v3/auth/tokens' && seen.method === 'POST') {
    response.setHeader('x-subject-token', nextToken());
    return reply(response, 201, tokenBody(double.tokenLifetimeSeconds));
  }
  if (seen.token === undefined || double.revoked.has(seen.token)) {
    return reply(response, 401, { error: { code: 401, message: 'The request you have made requires auth' } });
  }
  if (seen.path === '/v3/auth/tokens') return reply(response, 200, tokenBody(double.tokenLifetimeSeconds));
  const [, , plural = '', id] = seen.path.split('/');
  return storeAnswer(double.store, seen, response, plural, id);
}

function storeAnswer(
  store: KeystoneDouble['store'],
  seen: SeenRequest,
  response: ServerResponse,
  plural: string,
  id: string | undefined,
): void {
  const rows = store.get(plural) ?? [];
  store.set(plural, rows);
  const singular = plural.slice(0, -1);
  const row = rows.find((one) => one['id'] === id);
  if (seen.method === 'PUT') return reply(response, 204);
  if (id !== undefined && row === undefined) {
    return reply(response, 404, { error: { code: 404, message: `Could not find ${singular}: ${id}.` } });
  }
  if (seen.method === 'DELETE') {
    store.set(
      plural,
      rows.filter((one) => one !== row),
    );
    return reply(response, 204);
  }
  const fields = seen.body[singular] as Record<string, unknown> | undefined;
  if (seen.method === 'PATCH') return reply(response, 200, { [singular]: Object.assign(row ?? {}, fields) });
  if (seen.method === 'POST') {
    const created = { id: `${singular}-${rows.length + 1}`, enabled: true, ...fields };
    rows.push(created);
    return reply(response, 201, { [singular]: created });
  }
  if (row !== undefined) return reply(response, 200, { [singular]: row });
  const filters = [...seen.query].filter(([name]) => name !== 'limit' && name !== 'marker');
  const fitting = rows.filter((one) => filters.every(([name, value]) => String(one[name]) === value));
  return reply(response, 200, { [plural]: fitting, links: { next: null } });
}

function tokenBody(lifetimeSeconds: number): unknown {
  const [issued, expires] = [Date.now(), Date.now() + lifetimeSeconds * 1000];
  return {
    token: {
      issued_at: new Date(issued).toISOString(),
      expires_at: new Date(expires).toISOString(),
      user: { id: 'user-id', name: 'admin' },
      project: { id: 'project-id' },
      roles: [{ id: 'role-id', name: 'admin' }],
      catalog: CATALOG,
    },
  };
}

async function readRequest(request: IncomingMessage): Promise<SeenRequest> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const text = Buffer.concat(chunks).toString();
  const url = new URL(request.url ?? '/', 'http://double');
  return {
    method: request.method ?? '',
    path: url.pathname,
    query: url.searchParams,
    token: request.headers['x-auth-token'] as string | undefined,
    connection: request.headers.connection,
    body: (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>,
    atMs: Date.now(),
  };
}

function reply(response: ServerResponse, status: number, body?: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json', 'x-openstack-request-id': 'req-42' });
  response.end(body === undefined ? undefined : JSON.stringify(body));
}
