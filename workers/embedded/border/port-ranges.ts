// SPDX-License-Identifier: Apache-2.0
// Sets of TCP ports as sorted ranges, as nftables keeps them. Asks no kernel.

/** Both ends belong to it. */
export interface PortRange {
  readonly first: number;
  readonly last: number;
}

export const portRange = (port: number): PortRange => ({ first: port, last: port });

/** Returns a range without some ports, as the ranges that are left. */
export function rangeWithout(range: PortRange, ports: readonly number[]): PortRange[] {
  const inside = [...new Set(ports)].filter((port) => port >= range.first && port <= range.last);
  const left: PortRange[] = [];
  let { first } = range;
  for (const port of inside.sort((one, other) => one - other)) {
    if (port > first) left.push({ first, last: port - 1 });
    first = port + 1;
  }
  if (first <= range.last) left.push({ first, last: range.last });
  return left;
}

/** Returns the ports that no range holds. */
export function portsOutside(ranges: readonly PortRange[], ports: readonly number[]): number[] {
  return ports.filter((port) => !ranges.some(({ first, last }) => port >= first && port <= last));
}

/** Returns the ranges as nftables writes the elements of a set. */
export function elementsOf(ranges: readonly PortRange[]): string {
  return ranges.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(', ');
}
