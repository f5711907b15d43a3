// SPDX-License-Identifier: Apache-2.0
// The certificate that a TLS server shows a client which trusts one root and asks for a name. Sends nothing else.
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';

const timeoutMilliseconds = 10_000;

export interface TlsServer {
  /** Asked for. */
  readonly name: string;
  readonly address: string;
  /** PEM. */
  readonly root: string;
}

/** The leaf, or why none was accepted. */
export function servedLeaf(
  { name, address, root }: TlsServer,
  port: number,
): Promise<X509Certificate | string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, servername: name, ca: root, timeout: timeoutMilliseconds });
    const end = (answer: X509Certificate | string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => {
      const raw = socket.getPeerX509Certificate()?.raw;
      end(raw === undefined ? 'no certificate' : new X509Certificate(raw));
    });
    socket.once('timeout', () => end(`no answer within ${timeoutMilliseconds / 1000} s`));
    socket.once('error', (error: Error) => end(error.message));
  });
}
