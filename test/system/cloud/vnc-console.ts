// SPDX-License-Identifier: Apache-2.0
// The console of a guest as a browser opens it, by the URL that Nova gives: page, WebSocket and greeting. Expects nothing.
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { IncomingMessage } from 'node:http';
import { request } from 'node:https';
import type { Socket } from 'node:net';

/** Where the page of the URL connects to: noVNC takes path and token from `path`. */
function socketUrlOf(consoleUrl: string): URL {
  const page = new URL(consoleUrl);
  return new URL(page.searchParams.get('path') ?? '', `${page.origin}/`);
}

/** The same console with another token. */
export function withToken(consoleUrl: string, token: string): string {
  const url = new URL(consoleUrl);
  url.searchParams.set('path', `?token=${token}`);
  return url.href;
}

/**
 * The first bytes of the guest's screen, such as `RFB 003.008`, over TLS that `authority` vouches for; empty when the proxy
 * closes without a word.
 * @throws Error when the proxy makes no WebSocket of it within 20 s, or is silent for 20 s
 */
export async function greetingOf(consoleUrl: string, authority: string): Promise<string> {
  const url = socketUrlOf(consoleUrl);
  const opening = request(url, {
    ca: authority,
    agent: false,
    headers: {
      connection: 'Upgrade',
      upgrade: 'websocket',
      origin: url.origin,
      'sec-websocket-key': randomBytes(16).toString('base64'),
      'sec-websocket-version': '13',
      'sec-websocket-protocol': 'binary',
    },
    signal: AbortSignal.timeout(20_000),
  });
  opening.end();
  const [, socket, head] = (await once(opening, 'upgrade')) as [IncomingMessage, Socket, Buffer];
  try {
    const frame = head.length > 0 ? head : await firstBytes(socket);
    // A binary frame of a server: two bytes, then what it carries.
    return frame[0] === 0x82 ? frame.subarray(2).toString('latin1').trim() : '';
  } finally {
    socket.destroy();
  }
}

async function firstBytes(socket: Socket): Promise<Buffer> {
  const signal = AbortSignal.timeout(20_000);
  const bytes = once(socket, 'data', { signal }) as Promise<[Buffer]>;
  const end = once(socket, 'close', { signal }).then((): [Buffer] => [Buffer.alloc(0)]);
  return (await Promise.race([bytes, end]))[0];
}
