// SPDX-License-Identifier: Apache-2.0
// What the certificate of an authority in a box is, and how it differs from the wanted one. Its key stays in the box.
import { X509Certificate } from 'node:crypto';
import {
  publicPaths,
  type PublicCertificateArgs,
} from '../../../workflows/contracts/authority/public-certificate.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { judgeByOpenssl } from '../../clients/ca/trial/openssl-verifier.ts';
import { lifeDifferences } from '../../clients/secrets/certificates.ts';
import type { Host } from '../../hosts/host.ts';
import readState from './certificate-state.sh';

export interface PublicState {
  /** Mode, owner and group. */
  readonly rights: string;
  /** The file for people and tools that may not see the key has the same certificates. */
  readonly isChainSame: boolean;
  /** PEM; empty when the file holds no key that OpenSSL reads. */
  readonly publicKey: string;
  /** The leaf first. */
  readonly certificates: readonly X509Certificate[];
}

/** Null for a file that is absent. @throws Failure Unreachable */
export async function publicStateOf(host: Host): Promise<PublicState | null> {
  const { certificate, chain } = publicPaths;
  return parsedState(await host.output(['sh', '-c', readState, 'reading a certificate', certificate, chain]));
}

/** Null for the answer of an absent file. */
export function parsedState(text: string): PublicState | null {
  if (text === '') return null;
  const [rights = '', chain = ''] = text.split('\n', 2);
  const [publicKey = ''] = /-----BEGIN PUBLIC KEY-----[^-]*-----END PUBLIC KEY-----/.exec(text) ?? [];
  const blocks = text.match(/-----BEGIN CERTIFICATE-----[^-]*-----END CERTIFICATE-----/g) ?? [];
  const certificates = blocks.flatMap((block) => certificateOf(block));
  return { rights, isChainSame: chain === 'same', publicKey, certificates };
}

function certificateOf(block: string): X509Certificate[] {
  try {
    return [new X509Certificate(block)];
  } catch {
    return [];
  }
}

/** @throws Failure PreconditionFailed without OpenSSL */
export async function stateDifferences(
  { authority, name, root }: Pick<PublicCertificateArgs, 'authority' | 'name' | 'root'>,
  state: PublicState | null,
  isRevoked: (serial: string) => Promise<boolean>,
): Promise<Difference[]> {
  const what = `certificate of ${name}`;
  const differs = (have: string, want: string): Difference[] => [{ what, have, want }];
  const [leaf, ...intermediates] = state?.certificates ?? [];
  if (state === null) return differs('absent', `issued by authority ${authority}`);
  if (leaf === undefined) return differs('unreadable', 'a certificate');
  if (state.rights !== '600 root root') return differs(`rights ${state.rights}`, 'rights 600 root root');
  if (spkiOf(leaf) !== state.publicKey) return differs('the key of another certificate', 'its own');
  if (!state.isChainSame) return differs(`${publicPaths.chain} has others`, 'the same certificates');
  if (leaf.subjectAltName !== `DNS:${name}`)
    return differs(`for ${leaf.subjectAltName ?? 'no name'}`, `for DNS:${name}`);
  const chain = { root: new X509Certificate(root).raw, intermediates: intermediates.map(({ raw }) => raw) };
  const refusal = await judgeByOpenssl({ ...chain, crls: [], leaf: leaf.raw });
  if (refusal !== null) return differs(refusal, `verified by the root of authority ${authority}`);
  for (const { serialNumber } of intermediates)
    if (await isRevoked(serialNumber.toLowerCase()))
      return differs(
        `of the revoked intermediate ${serialNumber.toLowerCase()}`,
        'of one that is not revoked',
      );
  const life = { notBefore: new Date(leaf.validFrom), notAfter: new Date(leaf.validTo) };
  return lifeDifferences(what, life, new Date());
}

const spkiOf = (certificate: X509Certificate): string =>
  certificate.publicKey.export({ format: 'pem', type: 'spki' }).toString().trim();
