// SPDX-License-Identifier: Apache-2.0
// IPv4 networks as numbers: parse, contain, overlap. Pure arithmetic, no I/O.

export interface Cidr {
  readonly first: number;
  readonly last: number;
  readonly prefix: number;
}

/** The address as a number, or null when the text is not an address. */
export function parseAddress(text: string): number | null {
  const parts = text.split('.');
  if (parts.length !== 4 || parts.some((part) => !/^(0|[1-9]\d{0,2})$/.test(part) || Number(part) > 255))
    return null;
  return parts.reduce((value, part) => value * 256 + Number(part), 0);
}

/** The network, or null when the text is not a network or has bits set behind its prefix. */
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

/** As people write it. */
export function addressText(address: number): string {
  return [24, 16, 8, 0].map((shift) => Math.floor(address / 2 ** shift) % 256).join('.');
}

/** The network of the same size whose third number is 128 away; null for one so large that it would overlap. */
export function distantCidr({ first, prefix }: Cidr): string | null {
  if (prefix <= 16) return null;
  const far = Math.floor(first / 2 ** 15) % 2 === 1 ? first - 2 ** 15 : first + 2 ** 15;
  return `${addressText(far)}/${prefix}`;
}
