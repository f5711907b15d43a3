// SPDX-License-Identifier: Apache-2.0
// Finds out whether a loopback port is free and who listens on it (Linux /proc). Ends nobody.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandOf } from './process-identity.ts';

/** Who listens on a port. */
export interface ListeningProcess {
  pid: number;
  command: string;
}

/** Returns a loopback port that nobody listens on: the preferred one when free, else one the kernel chooses. */
export async function findFreePort(preferred: number): Promise<number> {
  return (await listenOnce(preferred)) ?? (await listenOnce(0)) ?? findFreePort(0);
}

/** Returns whether somebody listens on a TCP port. Looks only: binding it to find out would take it from who is about to. */
export function hasListener(port: number): boolean {
  return listeningSockets(port).size > 0;
}

function listenOnce(port: number): Promise<number | undefined> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(undefined));
    server.listen({ port, host: '127.0.0.1' }, () => {
      const address = server.address();
      const bound = address !== null && typeof address === 'object' ? address.port : undefined;
      server.close(() => resolve(bound));
    });
  });
}

/** Returns who listens on a TCP port, or undefined when nobody does or it is another user's and hidden from us. */
export function findListeningProcess(port: number): ListeningProcess | undefined {
  const inodes = listeningSockets(port);
  if (inodes.size === 0) return undefined;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && socketsOf(pid).some((socket) => inodes.has(socket))) {
      return { pid, command: commandOf(pid) ?? 'unknown' };
    }
  }
  return undefined;
}

function listeningSockets(port: number): Set<string> {
  const portHex = port.toString(16).toUpperCase().padStart(4, '0');
  const found = new Set<string>();
  for (const table of ['/proc/net/tcp', '/proc/net/tcp6']) {
    for (const line of readLines(table)) {
      // proc(5): local address, remote address, state (0A is LISTEN), …, inode in the tenth column.
      const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
      if (state === '0A' && local?.endsWith(`:${portHex}`) && inode) found.add(`socket:[${inode}]`);
    }
  }
  return found;
}

function socketsOf(pid: number): string[] {
  try {
    const folder = `/proc/${pid}/fd`;
    return readdirSync(folder).flatMap((descriptor) => {
      try {
        return [readlinkSync(`${folder}/${descriptor}`)];
      } catch {
        return []; // Closed since it was listed.
      }
    });
  } catch {
    return []; // Another user's process, or one that has ended.
  }
}

function readLines(path: string): string[] {
  try {
    return readFileSync(path, 'utf8').split('\n');
  } catch {
    return []; // A kernel without IPv6 has no such table.
  }
}
