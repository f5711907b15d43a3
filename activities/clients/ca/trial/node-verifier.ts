// SPDX-License-Identifier: Apache-2.0
// Has Node verify a chain as a client does: in a TLS handshake with a server that shows it, on the loopback of this machine.
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { connect, createServer } from 'node:tls';
import type { Leaf } from './leaves.ts';
import { pem } from '../pem.ts';

/** Null for a chain that it accepts, else why not, in its words. */
export async function judgeByNode({ chain, key, host }: Leaf): Promise<string | null> {
  const certificate = (der: Buffer): string => pem('CERTIFICATE', der);
  const server = createServer({
    cert: [chain.leaf, ...chain.intermediates].map(certificate).join(''),
    key: key.export({ format: 'pem', type: 'pkcs8' }),
  });
  server.on('tlsClientError', () => undefined);
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  try {
    return await handshake(port, {
      ca: certificate(chain.root),
      crl: chain.crls.map((der) => pem('X509 CRL', der)),
      host,
    });
  } finally {
    server.close();
  }
}

interface Trust {
  readonly ca: string;
  readonly crl: readonly string[];
  readonly host: string;
}

function handshake(port: number, { ca, crl, host }: Trust): Promise<string | null> {
  return new Promise((settle) => {
    const socket = connect({
      host: '127.0.0.1',
      port,
      ca,
      servername: host,
      ...(crl.length > 0 && { crl: [...crl] }),
    });
    const end = (refusal: string | null): void => {
      socket.destroy();
      settle(refusal);
    };
    socket.once('secureConnect', () => end(null));
    socket.once('error', (error: Error) => end(error.message));
    socket.setTimeout(10_000, () => end('no end of the handshake within 10 s'));
  });
}
