// SPDX-License-Identifier: Apache-2.0
// A mirror of this machine's own Debian source that can be down: it passes requests on, or cuts them.
import { createServer, request as ask, type Server } from 'node:http';
import { debianSources } from '../../activities/clients/machine/debian-sources.ts';

export class Mirror {
  isDown = false;
  url = '';
  #server: Server | null = null;

  static async start(): Promise<Mirror> {
    const sources = await debianSources('trixie', undefined);
    const upstream = /^URIs: (\S+)$/m.exec(sources?.text ?? '')?.[1]?.replace(/\/$/, '') ?? '';
    const mirror = new Mirror();
    mirror.#server = createServer((incoming, outgoing) => {
      if (mirror.isDown) return void incoming.socket.destroy();
      const onward = ask(
        `${upstream}${incoming.url?.replace(/^\/debian/, '') ?? ''}`,
        { headers: { accept: '*/*' } },
        (answer) => {
          outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
          answer.pipe(outgoing);
        },
      );
      onward.on('error', () => outgoing.destroy());
      onward.end();
    });
    await new Promise<void>((resolve) => mirror.#server?.listen(0, '127.0.0.1', () => resolve()));
    mirror.url = `http://127.0.0.1:${(mirror.#server.address() as { port: number }).port}/debian`;
    return mirror;
  }

  async stop(): Promise<void> {
    await new Promise((resolve) => this.#server?.close(resolve));
  }
}
