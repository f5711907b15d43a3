// SPDX-License-Identifier: Apache-2.0
// Looks at a guest from outside it: one ping, and bytes over plain TCP with their time. Judges nothing.
import { connect, type Socket } from 'node:net';
import { execa } from 'execa';
import { Failure } from '../failure.ts';

export interface Moved {
  readonly bytes: number;
  readonly seconds: number;
}

/** Null where the machine has no program `ping`. */
export async function pingOnce(address: string): Promise<boolean | null> {
  const { exitCode, failed, code } = await execa('ping', ['-n', '-c', '1', '-W', '1', address], {
    reject: false,
    timeout: 5000,
    stdin: 'ignore',
  });
  if (code === 'ENOENT') return null;
  return !failed && exitCode === 0;
}

/** Whether somebody listens there now. @source 3 s: a connection within one network takes milliseconds */
export async function connects(address: string, port: number): Promise<boolean> {
  const socket = connect({ host: address, port, timeout: 3000 });
  const answers = await new Promise<boolean>((resolve) => {
    socket.once('connect', () => resolve(true));
    socket.once('error', () => resolve(false)).once('timeout', () => resolve(false));
  });
  socket.destroy();
  return answers;
}

/** Tries until somebody listens. @throws Failure Unreachable */
async function connected(address: string, port: number, timeoutSeconds: number): Promise<Socket> {
  const deadline = Date.now() + timeoutSeconds * 1000;
  for (;;) {
    const socket = connect({ host: address, port });
    const refusal = await new Promise<Error | null>((resolve) => {
      socket.setTimeout(3000, () => resolve(new Error('no answer within 3 s')));
      socket.once('connect', () => resolve(null)).once('error', resolve);
    });
    if (refusal === null) return socket.setTimeout(0);
    socket.destroy();
    if (Date.now() > deadline)
      throw new Failure('Unreachable', `No TCP connection to port ${port}`, { on: address, cause: refusal });
    await new Promise((wake) => setTimeout(wake, 200));
  }
}

/** All that comes until the other side ends, or the time is over. */
export async function receive(address: string, port: number, secondsMax: number): Promise<Moved> {
  const socket = await connected(address, port, 15);
  const begun = performance.now();
  let bytes = 0;
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(resolve, secondsMax * 1000);
    socket.on('data', (chunk: Buffer) => (bytes += chunk.length));
    socket
      .once('end', resolve)
      .once('error', reject)
      .once('close', () => clearTimeout(late));
  }).finally(() => socket.destroy());
  return { bytes, seconds: (performance.now() - begun) / 1000 };
}

/** Resolves with a function that tells the time since the connection, once all is on its way or the time is over. */
export async function send(
  address: string,
  port: number,
  bytes: number,
  secondsMax: number,
): Promise<() => number> {
  const socket = await connected(address, port, 15);
  const begun = performance.now();
  const chunk = Buffer.alloc(65_536);
  await new Promise<void>((resolve, reject) => {
    const late = setTimeout(
      () => reject(new Failure('Unreachable', `Not all bytes left within ${secondsMax} s`, { on: address })),
      secondsMax * 1000,
    );
    socket.once('error', reject).once('close', () => {
      clearTimeout(late);
      reject(
        new Failure('Unreachable', 'The connection was closed before all bytes had left', { on: address }),
      );
    });
    let left = bytes;
    const more = (): void => {
      while (left > 0) {
        const part = left < chunk.length ? chunk.subarray(0, left) : chunk;
        left -= part.length;
        if (!socket.write(part)) return void socket.once('drain', more);
      }
      socket.end(() => {
        clearTimeout(late);
        resolve();
      });
    };
    more();
  }).catch((error: unknown) => {
    socket.destroy();
    throw error;
  });
  return () => (performance.now() - begun) / 1000;
}
