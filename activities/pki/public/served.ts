// SPDX-License-Identifier: Apache-2.0
// Which certificate HAProxy serves at each port, as a client sees it that trusts one root. Changes nothing.
import { X509Certificate } from 'node:crypto';
import { connect } from 'node:tls';
import type { ServedArgs } from '../../../workflows/contracts/authority/public-certificate.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';

const timeoutMilliseconds = 10_000;

/** `serial`: of the certificate in the box. */
export async function servedDifferences(
  { name, address, root, ports }: ServedArgs,
  serial: string,
): Promise<Difference[]> {
  const answers = await Promise.all(ports.map((port) => answerAt({ name, address, root }, port)));
  return ports.flatMap((port, index): Difference[] => {
    const have = answers[index] ?? '';
    return have === serial ? [] : [{ what: `certificate of ${name} at port ${port}`, have, want: serial }];
  });
}

/** The serial number in hexadecimal digits, or why none was accepted. */
function answerAt(
  { name, address, root }: Pick<ServedArgs, 'name' | 'address' | 'root'>,
  port: number,
): Promise<string> {
  return new Promise((resolve) => {
    const socket = connect({ host: address, port, servername: name, ca: root, timeout: timeoutMilliseconds });
    const end = (answer: string): void => {
      socket.destroy();
      resolve(answer);
    };
    socket.once('secureConnect', () => end(serialOf(socket.getPeerX509Certificate()?.raw)));
    socket.once('timeout', () => end(`no answer within ${timeoutMilliseconds / 1000} s`));
    socket.once('error', (error: Error) => end(error.message));
  });
}

const serialOf = (raw: Buffer | undefined): string =>
  raw === undefined ? 'no certificate' : new X509Certificate(raw).serialNumber.toLowerCase();
