// SPDX-License-Identifier: Apache-2.0
// A server on loopback that passes requests on to a registry: counts the bodies that it sends, and can be slow.
import {
  createServer,
  request,
  type ClientRequest,
  type IncomingMessage,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { drained, isRead } from '../upstream-server.ts';

export class RegistryRelay {
  /** Method and path of each request. */
  readonly asked: string[] = [];
  /** Of bodies. */
  sentBytes = 0;
  /** Of bodies that PATCH and PUT of blobs brought. */
  takenBytes = 0;
  takenBytesPerSecond = Number.POSITIVE_INFINITY;
  /** Status of every answer, in place of the registry's. */
  answersWith: number | null = null;
  /** In place of where the registry leads to. */
  leadsTo: string | null = null;
  bytesPerSecond = Number.POSITIVE_INFINITY;
  /** In which a slow one sends. */
  piecesPerSecond = 20;
  /** Whether it lists referrers, which the registry behind it cannot: as the tag of that list has them. */
  hasReferrers = false;
  #server: Server | null = null;

  private constructor(private readonly registry: string) {}

  /** `registry`: host and port of the real one. */
  static async start(registry: string): Promise<RegistryRelay> {
    const relay = new RegistryRelay(registry);
    const server = createServer((asked, answer) => relay.#pass(asked, answer));
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    relay.#server = server;
    return relay;
  }

  get host(): string {
    return `127.0.0.1:${(this.#server?.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  #pass(asked: IncomingMessage, answer: ServerResponse): void {
    const { method, url = '', headers } = asked;
    this.asked.push(`${method} ${url}`);
    const [, repository, subject] = /^\/v2\/(.+)\/referrers\/sha256:([0-9a-f]{64})$/.exec(url) ?? [];
    if (this.hasReferrers && subject !== undefined)
      return void this.#referrers(repository ?? '', subject, answer);
    if (this.answersWith !== null) return void answer.writeHead(this.answersWith).end();
    const passed = request(`http://${this.registry}${url}`, { method, headers }, (from) => {
      const { location } = from.headers;
      const led = location === undefined || this.leadsTo === null ? {} : { location: this.leadsTo };
      answer.writeHead(from.statusCode ?? 502, { ...from.headers, ...led });
      void this.#send(from, answer).catch(() => answer.destroy());
    });
    passed.on('error', () => answer.destroy());
    answer.on('close', () => passed.destroy());
    if (url.includes('/blobs/uploads/')) void this.#take(asked, passed).catch(() => passed.destroy());
    else asked.pipe(passed);
  }

  async #take(asked: IncomingMessage, passed: ClientRequest): Promise<void> {
    for await (const chunk of asked) {
      const { byteLength } = chunk as Buffer;
      this.takenBytes += byteLength;
      passed.write(chunk);
      if (Number.isFinite(this.takenBytesPerSecond))
        await sleep((1000 * byteLength) / this.takenBytesPerSecond);
    }
    passed.end();
  }

  async #referrers(repository: string, subject: string, answer: ServerResponse): Promise<void> {
    const type = 'application/vnd.oci.image.index.v1+json';
    const tagged = await fetch(`http://${this.registry}/v2/${repository}/manifests/sha256-${subject}`, {
      headers: { accept: type },
    });
    const none = JSON.stringify({ schemaVersion: 2, mediaType: type, manifests: [] });
    answer.writeHead(200, { 'content-type': type }).end(tagged.ok ? await tagged.text() : none);
  }

  async #send(from: IncomingMessage, answer: ServerResponse): Promise<void> {
    for await (const chunk of from) {
      const bytes = chunk as Buffer;
      const isThrottled = Number.isFinite(this.bytesPerSecond);
      const step = isThrottled
        ? Math.max(1024, Math.floor(this.bytesPerSecond / this.piecesPerSecond))
        : bytes.byteLength;
      for (let at = 0; at < bytes.byteLength && isRead(answer); at += step) {
        const piece = bytes.subarray(at, at + step);
        this.sentBytes += piece.byteLength;
        if (!answer.write(piece)) await drained(answer);
        if (isThrottled) await sleep((1000 * piece.byteLength) / this.bytesPerSecond);
      }
    }
    answer.end();
  }
}
