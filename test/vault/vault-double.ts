// SPDX-License-Identifier: Apache-2.0
// A double of a Vault over https: AppRole and certificate logins, tokens that end, KV version 2 with check-and-set, seals.
// It stands in where no Vault is built; test/proofs/vault.proof.test.ts holds it against a real one by the same suite.
import { createServer, type Server } from 'node:https';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { TLSSocket } from 'node:tls';
import type { KeyedCertificate } from '../../activities/clients/secrets/certificates.ts';

interface Entry {
  versions: (Record<string, unknown> | null)[];
  marks: Record<string, string>;
}

interface Answer {
  readonly status: number;
  readonly body?: unknown;
}

const refused = (status: number, ...errors: string[]): Answer => ({ status, body: { errors } });

export class VaultDouble {
  readonly #server: Server;
  readonly #secrets = new Map<string, Entry>();
  readonly #plainSecrets = new Map<string, Record<string, unknown>>();
  readonly #policies = new Map<string, string>();
  readonly #tokens = new Set<string>();
  /** Paths that were asked for, without bodies. */
  readonly requests: string[] = [];
  isSealed = false;
  logins = 0;

  constructor(
    { certificate, key }: KeyedCertificate,
    authority: string,
    private readonly secretId: string,
  ) {
    const tls = { cert: certificate, key, ca: authority, requestCert: true, rejectUnauthorized: false };
    this.#server = createServer(tls, (request, response) => void this.#serve(request, response));
  }

  async listen(): Promise<string> {
    await new Promise<void>((resolve) => this.#server.listen(0, '127.0.0.1', resolve));
    return `https://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  get tokens(): number {
    return this.#tokens.size;
  }

  /** As when their lives are over. */
  endTokens(): void {
    this.#tokens.clear();
  }

  /** As `vault kv delete`: the newest version is gone, the count goes on. */
  softDelete(path: string): void {
    const entry = this.#secrets.get(path);
    if (entry !== undefined) entry.versions[entry.versions.length - 1] = null;
  }

  /** As `vault kv metadata patch`. */
  mark(path: string, marks: Record<string, string>): void {
    const entry = this.#secrets.get(path);
    if (entry !== undefined) entry.marks = marks;
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const text = Buffer.concat(chunks).toString();
    const body = (text === '' ? {} : JSON.parse(text)) as Record<string, unknown>;
    const url = new URL(request.url ?? '', 'https://double');
    this.requests.push(`${request.method} ${url.pathname}`);
    const { status, body: answer } = this.#answer(request, url, body);
    response.writeHead(status, { 'content-type': 'application/json' });
    response.end(answer === undefined ? '' : JSON.stringify(answer));
  }

  #answer(request: IncomingMessage, url: URL, body: Record<string, unknown>): Answer {
    if (this.isSealed) return refused(503, 'Vault is sealed');
    const path = url.pathname.replace(/^\/v1\//, '');
    if (path === 'auth/approle/login')
      return body['secret_id'] === this.secretId ? this.#login() : refused(400, 'invalid role or secret ID');
    if (path === 'auth/cert/login')
      return (request.socket as TLSSocket).authorized
        ? this.#login()
        : refused(400, 'client certificate must be supplied');
    const token = String(request.headers['x-vault-token'] ?? '');
    if (!this.#tokens.has(token)) return refused(403, 'permission denied');
    if (path === 'auth/token/revoke-self') {
      this.#tokens.delete(token);
      return { status: 204 };
    }
    if (path.startsWith('sys/internal/ui/mounts/'))
      return {
        status: 200,
        body: { data: { type: 'kv', options: { version: path.endsWith('/old') ? '1' : '2' } } },
      };
    const [, policy] = /^sys\/policies\/acl\/(.+)$/.exec(path) ?? [];
    if (policy !== undefined) return this.#policy(request.method ?? '', policy, body);
    const [, kind = '', name = ''] = /^secret\/(data|metadata)\/(.+)$/.exec(path) ?? [];
    if (kind === 'data') return this.#data(request.method ?? '', name, body);
    if (kind === 'metadata') return this.#metadata(request.method ?? '', name, url.searchParams.has('list'));
    const [, plain] = /^old\/(.+)$/.exec(path) ?? [];
    return plain === undefined ? refused(404) : this.#plain(request.method ?? '', plain, body);
  }

  #policy(method: string, name: string, body: Record<string, unknown>): Answer {
    if (method !== 'GET') {
      this.#policies.set(name, String(body['policy']));
      return { status: 204 };
    }
    const policy = this.#policies.get(name);
    return policy === undefined ? refused(404) : { status: 200, body: { data: { name, policy } } };
  }

  /** KV version 1. */
  #plain(method: string, name: string, body: Record<string, unknown>): Answer {
    if (method === 'GET') {
      const data = this.#plainSecrets.get(name);
      return data === undefined ? refused(404) : { status: 200, body: { data } };
    }
    this.#plainSecrets.set(name, body);
    return { status: 204 };
  }

  #login(): Answer {
    this.logins += 1;
    const token = `token-${this.logins}`;
    this.#tokens.add(token);
    return { status: 200, body: { auth: { client_token: token, lease_duration: 60 } } };
  }

  #data(method: string, name: string, body: Record<string, unknown>): Answer {
    const entry = this.#secrets.get(name);
    if (method === 'GET') {
      const version = entry?.versions.length ?? 0;
      const data = entry?.versions.at(-1) ?? null;
      if (version === 0) return refused(404);
      return { status: data === null ? 404 : 200, body: { data: { data, metadata: { version } } } };
    }
    const version = entry?.versions.length ?? 0;
    const cas = (body['options'] as { cas?: number } | undefined)?.cas;
    if (cas !== undefined && cas !== version)
      return refused(400, 'check-and-set parameter did not match the current version');
    const kept = entry ?? { versions: [], marks: {} };
    const data = body['data'] as Record<string, unknown>;
    // As Go writes a map: by key.
    kept.versions.push(Object.fromEntries(Object.entries(data).sort(([a], [b]) => (a < b ? -1 : 1))));
    this.#secrets.set(name, kept);
    return { status: 200, body: { data: { version: version + 1 } } };
  }

  #metadata(method: string, name: string, isList: boolean): Answer {
    if (method === 'DELETE') {
      this.#secrets.delete(name);
      return { status: 204 };
    }
    if (!isList) {
      const entry = this.#secrets.get(name);
      return entry === undefined
        ? refused(404)
        : { status: 200, body: { data: { custom_metadata: entry.marks } } };
    }
    const below = [...this.#secrets.keys()].filter((key) => key.startsWith(`${name}/`));
    const keys = below.map((key) => key.slice(name.length + 1).replace(/\/.*/, '/'));
    return keys.length === 0 ? refused(404) : { status: 200, body: { data: { keys: [...new Set(keys)] } } };
  }
}
