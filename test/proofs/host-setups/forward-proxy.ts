// SPDX-License-Identifier: Apache-2.0
// A proxy for plain HTTP, as apt uses one: passes requests on to the host that they name, and counts them.
import { createServer, request as ask, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

export class ForwardProxy {
  requests = 0;

  private constructor(private readonly server: Server) {}

  static async start(): Promise<ForwardProxy> {
    const server = createServer();
    const proxy = new ForwardProxy(server);
    server.on('request', (incoming, outgoing) => {
      proxy.requests += 1;
      const { 'proxy-connection': _, ...headers } = incoming.headers;
      const onward = ask(incoming.url ?? '', { method: incoming.method, headers }, (answer) => {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      });
      onward.on('error', () => outgoing.destroy());
      incoming.pipe(onward);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise((resolve) => this.server.close(resolve));
  }
}
