// SPDX-License-Identifier: Apache-2.0
// Which user of this machine is at the other end of a loopback connection, as the kernel knows it. IPv4 only.
import { readFileSync } from 'node:fs';
import type { Socket } from 'node:net';

/** Undefined when the other end is not on this machine, or gone. */
export function peerUserOf({ remoteAddress, remotePort, localPort }: Socket): number | undefined {
  if (remoteAddress !== '127.0.0.1' || remotePort === undefined || localPort === undefined) return undefined;
  const [theirs, ours] = [remotePort, localPort].map(hexadecimal);
  for (const line of readFileSync('/proc/net/tcp', 'utf8').split('\n')) {
    // proc(5): local address, remote address, state, queues, timer, retransmits, user in the eighth column.
    const [, local, remote, , , , , user] = line.trim().split(/\s+/);
    if (local === `0100007F:${theirs}` && remote === `0100007F:${ours}`) return Number(user);
  }
  return undefined;
}

const hexadecimal = (port: number): string => port.toString(16).toUpperCase().padStart(4, '0');
