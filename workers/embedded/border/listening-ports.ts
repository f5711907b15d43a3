// SPDX-License-Identifier: Apache-2.0
// TCP ports of this network namespace: those that somebody listens on, and those the kernel gives away. Opens none.
import { readFileSync } from 'node:fs';
import { listeningSockets, socketsOf } from './listening-process.ts';
import type { PortRange } from './port-ranges.ts';

/** Returns the ports on which anybody listens. */
export function listeningPorts(): number[] {
  return [...new Set(listeningSockets().map(({ port }) => port))];
}

/** Returns the ports on which a process listens; none when it is gone. */
export function listeningPortsOf(pid: number): number[] {
  const own = new Set(socketsOf(pid));
  const ports = listeningSockets().flatMap(({ port, socket }) => (own.has(socket) ? [port] : []));
  return [...new Set(ports)].sort((one, other) => one - other);
}

/** Returns the ports from which the kernel chooses for a program that names none. @source ip(7) */
export function ephemeralPorts(): PortRange {
  const text = readFileSync('/proc/sys/net/ipv4/ip_local_port_range', 'utf8');
  const [first = 1024, last = 65_535] = text.trim().split(/\s+/).map(Number);
  return { first, last };
}
