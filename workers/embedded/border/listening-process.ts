// SPDX-License-Identifier: Apache-2.0
// Finds out whether a loopback port is free and who listens on it (Linux /proc). Ends nobody.
import { readFileSync, readdirSync, readlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import { commandOf } from '../process-identity.ts';

/** Who listens on a port. */
export interface ListeningProcess {
  pid: number;
  command: string;
}

/** Below it a machine has services of its own. @source ports of Temporal, PostgreSQL, RabbitMQ and OpenStack lie below */
const LOWEST_DRAWN_PORT = 20_000;
/** So many taken ones in a row: then the kernel chooses. */
const LONGEST_DRAW = 50;

/**
 * Returns a loopback port that nobody listens on: the preferred one when free, else one drawn from those that the kernel
 * gives to no outgoing connection, since a port that is kept must not be taken while its owner restarts. 0: none is preferred.
 */
export async function findFreePort(preferred: number): Promise<number> {
  const wanted = preferred === 0 ? undefined : await listenOnce(preferred);
  if (wanted !== undefined) return wanted;
  const room = firstOutgoingPort() - LOWEST_DRAWN_PORT;
  for (let draw = 0; draw < LONGEST_DRAW && room > 0; draw += 1) {
    const drawn = await listenOnce(LOWEST_DRAWN_PORT + Math.floor(Math.random() * room));
    if (drawn !== undefined) return drawn;
  }
  return (await listenOnce(0)) ?? findFreePort(0);
}

/** @source ip(7), ip_local_port_range: the lowest and the highest port of outgoing connections */
function firstOutgoingPort(): number {
  const [lowest = ''] = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8').trim().split(/\s+/);
  return Number(lowest);
}

/** Returns whether somebody listens on a TCP port. Looks only: binding it to find out would take it from who is about to. */
export function hasListener(port: number): boolean {
  return listeningSockets().some((each) => each.port === port);
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
  const inodes = new Set(listeningSockets().flatMap((each) => (each.port === port ? [each.socket] : [])));
  if (inodes.size === 0) return undefined;
  for (const entry of readdirSync('/proc')) {
    const pid = Number(entry);
    if (Number.isInteger(pid) && socketsOf(pid).some((socket) => inodes.has(socket))) {
      return { pid, command: commandOf(pid) ?? 'unknown' };
    }
  }
  return undefined;
}

/** A socket that listens, by its port and by the name that its process has for it. */
export interface ListeningSocket {
  readonly port: number;
  readonly socket: string;
}

/** Returns the TCP sockets of this network namespace that listen. */
export function listeningSockets(): ListeningSocket[] {
  return ['/proc/net/tcp', '/proc/net/tcp6'].flatMap(readLines).flatMap((line) => {
    // proc(5): local address, remote address, state (0A is LISTEN), …, inode in the tenth column.
    const [, local, , state, , , , , , inode] = line.trim().split(/\s+/);
    if (state !== '0A' || local === undefined || !inode) return [];
    return [
      { port: Number.parseInt(local.slice(local.lastIndexOf(':') + 1), 16), socket: `socket:[${inode}]` },
    ];
  });
}

/** Returns the names that a process has for its open files; none for another user's process, or one that has ended. */
export function socketsOf(pid: number): string[] {
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
