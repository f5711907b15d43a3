// SPDX-License-Identifier: Apache-2.0
// Signs messages as `ssh-keygen -Y sign` does, with an ed25519 key of this process.
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { approvalNamespace } from '../../../activities/clients/ca/ssh-signature.ts';

function framed(bytes: Uint8Array | string): Buffer {
  const content = Buffer.from(bytes);
  const length = Buffer.alloc(4);
  length.writeUInt32BE(content.length);
  return Buffer.concat([length, content]);
}

export interface SshSigner {
  /** As a spec has it. */
  readonly publicKey: string;
  /** Base64 between the first and the last line of a signature. */
  sign(message: string, namespace?: string): string;
}

export function sshSigner(): SshSigner {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { x = '' } = publicKey.export({ format: 'jwk' });
  const blob = Buffer.concat([framed('ssh-ed25519'), framed(Buffer.from(x, 'base64url'))]);
  return {
    publicKey: `ssh-ed25519 ${blob.toString('base64')}`,
    sign: (message, namespace = approvalNamespace) => {
      const digest = createHash('sha512').update(message).digest();
      const head = [framed(namespace), framed(''), framed('sha512')];
      const signed = Buffer.concat([Buffer.from('SSHSIG'), ...head, framed(digest)]);
      const signature = framed(
        Buffer.concat([framed('ssh-ed25519'), framed(sign(null, signed, privateKey))]),
      );
      const version = Buffer.from([0, 0, 0, 1]);
      return Buffer.concat([Buffer.from('SSHSIG'), version, framed(blob), ...head, signature]).toString(
        'base64',
      );
    },
  };
}
