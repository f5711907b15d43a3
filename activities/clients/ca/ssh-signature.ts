// SPDX-License-Identifier: Apache-2.0
// Signatures as `ssh-keygen -Y sign` makes them, verified by the public key of a person. Signs nothing.
// The format is PROTOCOL.sshsig of OpenSSH; numbers and lengths are big-endian.
import { createHash, createPublicKey, verify, type KeyObject } from 'node:crypto';

/** What signatures of approvals are for: one made for another purpose does not verify. */
export const approvalNamespace = 'holdfast';

/** Null for a signature by this key over this message, for this purpose; else why it is none. `signature`: base64. */
export function sshSignatureFault(
  publicKey: string,
  message: string | Uint8Array,
  signature: string,
  wantedNamespace = approvalNamespace,
): string | null {
  try {
    const [, encoded = ''] = publicKey.split(' ');
    const wanted = Buffer.from(encoded, 'base64');
    const parts = partsOf(Buffer.from(signature, 'base64'));
    if (!parts.publicKey.equals(wanted)) return 'it was made with another key';
    if (parts.namespace !== wantedNamespace)
      return `it is for ${parts.namespace}, not for ${wantedNamespace}`;
    return isValid(parts, message) ? null : 'it is over another message';
  } catch (error) {
    return `it cannot be read: ${error instanceof Error ? error.message : String(error)}`;
  }
}

interface Parts {
  readonly publicKey: Buffer;
  readonly namespace: string;
  readonly reserved: Buffer;
  readonly hash: string;
  readonly signature: Buffer;
}

const magic = 'SSHSIG';

function partsOf(blob: Buffer): Parts {
  if (blob.subarray(0, 6).toString('latin1') !== magic) throw new Error('it does not begin with SSHSIG');
  const reader = new Reader(blob.subarray(6));
  const version = reader.number();
  if (version !== 1) throw new Error(`it has the version ${version}`);
  return {
    publicKey: reader.octets(),
    namespace: reader.text(),
    reserved: reader.octets(),
    hash: reader.text(),
    signature: reader.octets(),
  };
}

function isValid(
  { publicKey, namespace, reserved, hash, signature }: Parts,
  message: string | Uint8Array,
): boolean {
  if (hash !== 'sha256' && hash !== 'sha512') throw new Error(`its digest is ${hash}`);
  const signed = Buffer.concat([
    Buffer.from(magic, 'latin1'),
    ...[Buffer.from(namespace), reserved, Buffer.from(hash), createHash(hash).update(message).digest()].map(
      framed,
    ),
  ]);
  const key = new Reader(publicKey);
  const type = key.text();
  const own = new Reader(signature);
  if (own.text() !== type) throw new Error('its algorithm is not that of its key');
  const value = own.octets();
  switch (type) {
    case 'ssh-ed25519':
      return verify(null, signed, ed25519(key.octets()), value);
    case 'sk-ssh-ed25519@openssh.com': {
      const [point, application] = [key.octets(), key.octets()];
      // Flags and counter, which the security key signs along.
      const tail = own.rest();
      const shown = (tail[0] ?? 0) & 1;
      if (tail.length !== 5 || shown !== 1) throw new Error('nobody touched the security key');
      const digest = (bytes: Buffer): Buffer => createHash('sha256').update(bytes).digest();
      return verify(null, Buffer.concat([digest(application), tail, digest(signed)]), ed25519(point), value);
    }
    case 'ecdsa-sha2-nistp256':
    case 'ecdsa-sha2-nistp384':
    case 'ecdsa-sha2-nistp521':
      return verifyEcdsa(type, key, signed, value);
    default:
      throw new Error(`its algorithm is ${type}`);
  }
}

const curves = {
  'ecdsa-sha2-nistp256': { curve: 'P-256', digest: 'sha256', length: 32 },
  'ecdsa-sha2-nistp384': { curve: 'P-384', digest: 'sha384', length: 48 },
  'ecdsa-sha2-nistp521': { curve: 'P-521', digest: 'sha512', length: 66 },
} as const;

function verifyEcdsa(type: keyof typeof curves, key: Reader, signed: Buffer, value: Buffer): boolean {
  const { curve, digest, length } = curves[type];
  key.text();
  const point = key.octets();
  if (point.length !== 2 * length + 1 || point[0] !== 4) throw new Error('its key is not on its curve');
  const coordinate = (from: number): string => point.subarray(from, from + length).toString('base64url');
  const jwk = { kty: 'EC', crv: curve, x: coordinate(1), y: coordinate(1 + length) };
  const numbers = new Reader(value);
  const fixed = Buffer.concat([numbers.octets(), numbers.octets()].map((octets) => padded(octets, length)));
  const publicKey = createPublicKey({ key: jwk, format: 'jwk' });
  return verify(digest, signed, { key: publicKey, dsaEncoding: 'ieee-p1363' }, fixed);
}

function ed25519(point: Buffer): KeyObject {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: point.toString('base64url') };
  return createPublicKey({ key: jwk, format: 'jwk' });
}

/** A number without the zero that ssh puts before a first bit, in so many octets. */
function padded(octets: Buffer, length: number): Buffer {
  const digits = octets.subarray(octets.findIndex((octet) => octet !== 0));
  if (digits.length > length) throw new Error('a number of it is too long');
  return Buffer.concat([Buffer.alloc(length - digits.length), digits]);
}

function framed(bytes: Buffer): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32BE(bytes.length);
  return Buffer.concat([length, bytes]);
}

class Reader {
  #at = 0;

  constructor(private readonly bytes: Buffer) {}

  number(): number {
    const number = this.bytes.readUInt32BE(this.#at);
    this.#at += 4;
    return number;
  }

  octets(): Buffer {
    const length = this.number();
    const end = this.#at + length;
    if (end > this.bytes.length) throw new Error('it is cut off');
    const octets = this.bytes.subarray(this.#at, end);
    this.#at = end;
    return octets;
  }

  text(): string {
    return this.octets().toString('utf8');
  }

  rest(): Buffer {
    return this.bytes.subarray(this.#at);
  }
}
