// SPDX-License-Identifier: Apache-2.0
// The key by which a site signs bundles and receipts, in the formats of OpenSSH: ssh-keygen verifies what it signs.
import { createHash, createPrivateKey, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';

/** A new private key, PKCS #8 in PEM. */
export function newSiteKey(): string {
  const { privateKey } = generateKeyPairSync('ed25519');
  return privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
}

/** As a spec names it: `ssh-ed25519 AAAA…`. */
export const publicLineOf = (privateKey: string): string =>
  `ssh-ed25519 ${publicBlob(privateKey).toString('base64')}`;

/** As `ssh-keygen -Y sign` does it. Returns its file. */
export function sshSign(privateKey: string, message: Uint8Array, namespace: string): string {
  const digest = createHash('sha512').update(message).digest();
  const head = [framed(namespace), framed(''), framed('sha512')];
  const signed = Buffer.concat([Buffer.from('SSHSIG'), ...head, framed(digest)]);
  const signature = sign(null, signed, createPrivateKey(privateKey));
  const blob = Buffer.concat([
    Buffer.from('SSHSIG'),
    Buffer.from([0, 0, 0, 1]),
    framed(publicBlob(privateKey)),
    ...head,
    framed(Buffer.concat([framed(algorithm), framed(signature)])),
  ]);
  const lines = blob.toString('base64').match(/.{1,70}/g) ?? [];
  return [firstLine, ...lines, lastLine, ''].join('\n');
}

const algorithm = 'ssh-ed25519';
const firstLine = '-----BEGIN SSH SIGNATURE-----';
const lastLine = '-----END SSH SIGNATURE-----';

/** Base64 between the lines of a signature's file; null: it is none. */
export function signatureOf(text: string): string | null {
  const lines = text.trim().split(/\r?\n/);
  if (lines.at(0) !== firstLine || lines.at(-1) !== lastLine) return null;
  const encoded = lines.slice(1, -1).join('');
  // Bits behind the last octet would be another text of the same signature.
  return Buffer.from(encoded, 'base64').toString('base64') === encoded ? encoded : null;
}

function publicBlob(privateKey: string): Buffer {
  const { x = '' } = createPublicKey(privateKey).export({ format: 'jwk' });
  return Buffer.concat([framed(algorithm), framed(Buffer.from(x, 'base64url'))]);
}

function framed(bytes: Uint8Array | string): Buffer {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}
