// SPDX-License-Identifier: Apache-2.0
// IPv4 networks as numbers: parse, contain, overlap. Pure arithmetic, no I/O.

export interface Cidr {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** The address as a number, or null when it is none. */
export function parseAddress(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255))
    return null;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

/** The network, or null when the text is none or has bits set behind its prefix. */
export function parseCidr(text: string): Cidr | null {
  const [addressText, prefixText, ...rest] = text.split('/');
  const first = parseAddress(addressText ?? '');
  if (first === null || rest.length > 0 || !/^\d{1,2}$/.test(prefixText ?? '')) return null;
  const prefix = Number(prefixText);
  const size = 2 ** (32 - prefix);
  return prefix > 32 || first % size !== 0 ? null : { first, last: first + size - 1, prefix };
}

export function overlaps(a: Cidr, b: Cidr): boolean {
  return a.first <= b.last && b.first <= a.last;
}

/** True for an address a host may have: inside, and neither the network's own nor its broadcast address. */
export function isHostAddress(network: Cidr, address: number): boolean {
  return address > network.first && address < network.last;
}
