// SPDX-License-Identifier: Apache-2.0
// A real HTTP server on loopback with generated files: ranges, validators, and every bad day of an upstream. Counts its bytes.
import { createHash } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

export interface Asked {
  readonly path: string;
  readonly range: string | undefined;
  readonly headers: IncomingMessage['headers'];
}

/** Answers a request in place of the usual way; false: the usual way. */
type Trouble = (request: IncomingMessage, response: ServerResponse) => boolean | Promise<boolean>;

export class UpstreamServer {
  readonly files = new Map<string, Buffer>();
  readonly asked: Asked[] = [];
  /** Of bodies, by path. */
  readonly sent = new Map<string, number>();
  trouble: Trouble = () => false;
  hasRanges = true;
  hasValidators = true;
  bytesPerSecond = Number.POSITIVE_INFINITY;
  /** In which a slow one sends. */
  piecesPerSecond = 20;
  #server: Server | null = null;

  /** Default: a free port of loopback. */
  static async start(address = '127.0.0.1', port = 0): Promise<UpstreamServer> {
    const upstream = new UpstreamServer();
    const server = createServer((request, response) => void upstream.#answer(request, response));
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, address, resolve);
    });
    upstream.#server = server;
    return upstream;
  }

  get url(): string {
    const { address, port } = this.#server?.address() as AddressInfo;
    return `http://${address}:${port}`;
  }

  get host(): string {
    return this.url.slice('http://'.length);
  }

  get sentBytes(): number {
    return [...this.sent.values()].reduce((sum, each) => sum + each, 0);
  }

  /** Makes a file and returns how a plan names it. */
  add(path: string, bytes: Buffer): { url: string; digest: string; size: number } {
    this.files.set(path, bytes);
    return { url: `${this.url}/${path}`, digest: sha256Of(bytes), size: bytes.byteLength };
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = decodeURIComponent((request.url ?? '').replace(/^\//, ''));
    const { range } = request.headers;
    this.asked.push({ path, range, headers: request.headers });
    response.on('error', () => undefined);
    if (await this.trouble(request, response)) return;
    const bytes = this.files.get(path);
    const type = contentTypeOf(path, bytes);
    if (type !== undefined) response.setHeader('content-type', type);
    if (bytes === undefined) return void response.writeHead(404).end();
    const etag = `"${sha256Of(bytes).slice(0, 20)}"`;
    if (this.hasValidators) response.setHeader('etag', etag);
    if (this.hasValidators && request.headers['if-none-match'] === etag)
      return void response.writeHead(304).end();
    const ifRange = request.headers['if-range'];
    const isSame = ifRange === undefined || ifRange === etag;
    const from = this.hasRanges && isSame ? /^bytes=(\d+)-$/.exec(range ?? '')?.[1] : undefined;
    const first = from === undefined ? 0 : Number(from);
    if (first >= bytes.byteLength && from !== undefined)
      return void response.writeHead(416, { 'content-range': `bytes */${bytes.byteLength}` }).end();
    const body = bytes.subarray(first);
    const contentRange = `bytes ${first}-${bytes.byteLength - 1}/${bytes.byteLength}`;
    response.writeHead(from === undefined ? 200 : 206, {
      'content-length': body.byteLength,
      ...(from !== undefined && { 'content-range': contentRange }),
    });
    await this.#send(path, body, response);
  }

  async #send(path: string, body: Buffer, response: ServerResponse): Promise<void> {
    const isThrottled = Number.isFinite(this.bytesPerSecond);
    const step = isThrottled
      ? Math.max(1024, Math.floor(this.bytesPerSecond / this.piecesPerSecond))
      : 65_536;
    for (let at = 0; at < body.byteLength && isRead(response); at += step) {
      const piece = body.subarray(at, at + step);
      this.sent.set(path, (this.sent.get(path) ?? 0) + piece.byteLength);
      if (!response.write(piece)) await drained(response);
      if (isThrottled) await sleep(1000 / this.piecesPerSecond);
    }
    response.end();
  }
}

/** Of a page of a Python index, which is told by it. */
function contentTypeOf(path: string, bytes: Buffer | undefined): string | undefined {
  if (!path.startsWith('simple/') || bytes === undefined) return undefined;
  return bytes.subarray(0, 1).toString() === '{' ? 'application/vnd.pypi.simple.v1+json' : 'text/html';
}

/** A client that is gone closed its end. */
export const isRead = ({ destroyed, socket }: ServerResponse): boolean =>
  !destroyed && socket?.readableEnded !== true;

/** Or closed: then the rest is not read. */
export function drained(response: ServerResponse): Promise<void> {
  return new Promise((resolve) => {
    const done = (): void => {
      response.off('drain', done);
      response.off('close', done);
      resolve();
    };
    response.on('drain', done);
    response.on('close', done);
  });
}

/** The same bytes at each run. */
export function generated(name: string, size: number): Buffer {
  const blocks: Buffer[] = [];
  for (let at = 0; at < size; at += 32) blocks.push(createHash('sha256').update(`${name} ${at}`).digest());
  return Buffer.concat(blocks).subarray(0, size);
}

export const sha256Of = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
