// SPDX-License-Identifier: Apache-2.0
// Tunnels by which clients reach a box from elsewhere: addresses, names and what a client's configuration says. Pure.
import { addressText, isHostAddress, parseAddress, parseCidr } from './cidr.ts';

export interface WireguardClient {
  /** As people call the machine. */
  readonly name: string;
  /** Its own half of the key is on that machine alone. */
  readonly publicKey: string;
  readonly address: string;
}

export interface WireguardSpec {
  /** Of this machine: there clients reach the box. */
  readonly address: string;
  /** What clients dial. Default: `address`. */
  readonly endpoint?: string;
  /** UDP, of this machine and of the box. */
  readonly port: number;
  /** Of the tunnels; the box has its first address. */
  readonly cidr: string;
  readonly clients: readonly WireguardClient[];
  /** The highest that a client ever had. Default: the highest of `clients`. */
  readonly lastAddress?: string;
}

/** What stands before and in the PKCS #8 form of a key of WireGuard: its 32 bytes come last. @source RFC 8410, section 7 */
const x25519Head = [0x30, 0x2e, 2, 1, 0, 0x30, 5, 6, 3, 0x2b, 0x65, 0x6e, 4, 0x22, 4, 0x20];

/** The PKCS #8 form (DER) of a private key of 32 bytes. */
export const x25519PrivateKey = (bytes: Uint8Array): Uint8Array => Uint8Array.from([...x25519Head, ...bytes]);

/** @source 51820: what WireGuard's documents and programs use */
export const wireguardPortDefault = 51_820;

/** @source 10.79.1.0/24: apart from the networks of the examples */
export const wireguardCidrDefault = '10.79.1.0/24';

/** The end in the box. */
export function wireguardServerAddress({ cidr }: Pick<WireguardSpec, 'cidr'>): string {
  const range = parseCidr(cidr);
  return range === null ? '' : addressText(range.first + 1);
}

/** Behind all that were ever given: a machine whose client was removed never has the address of another; null: none is left. */
export function nextClientAddress(spec: WireguardSpec): string | null {
  const range = parseCidr(spec.cidr);
  if (range === null) return null;
  const next = Math.max(range.first + 1, highestOf(spec)) + 1;
  return next < range.last ? addressText(next) : null;
}

/** Without the client of that name, whose address is not given again. */
export function withoutClient(spec: WireguardSpec, name: string): WireguardSpec {
  const clients = spec.clients.filter((client) => client.name !== name);
  return { ...spec, clients, lastAddress: addressText(highestOf(spec)) };
}

/** Zero before the first client. What another network had, which the tunnels left, does not come again and does not count. */
function highestOf({ cidr, clients, lastAddress }: WireguardSpec): number {
  const range = parseCidr(cidr);
  const given = [...clients.map(({ address }) => address), lastAddress ?? ''].map(parseAddress);
  const within = given.filter((value) => value !== null && range !== null && isHostAddress(range, value));
  return Math.max(0, ...within.map(Number));
}

/** Beside clouds.yaml. */
export const wireguardFileName = 'wireguard.json';

/** The box's half, and where a client dials: what an install writes beside clouds.yaml. */
export interface WireguardServer {
  readonly publicKey: string;
  readonly endpoint: string;
  readonly port: number;
  /** What a client sends through the tunnel: the box, and the floating IPs where it has some. */
  readonly networks: readonly string[];
}

/**
 * A client's whole configuration, as wg-quick and the apps of WireGuard read it.
 * @source MTU 1360: beneath 1420, which WireGuard takes, for links that carry less than 1500 bytes; 25 s: shorter than routers forget
 */
export function clientConfiguration(
  server: WireguardServer,
  client: { readonly privateKey: string; readonly address: string },
): string {
  return [
    '[Interface]',
    `PrivateKey = ${client.privateKey}`,
    `Address = ${client.address}/32`,
    'MTU = 1360',
    '',
    '[Peer]',
    `PublicKey = ${server.publicKey}`,
    `Endpoint = ${server.endpoint}:${server.port}`,
    `AllowedIPs = ${server.networks.join(', ')}`,
    'PersistentKeepalive = 25',
    '',
  ].join('\n');
}
