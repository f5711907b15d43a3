// SPDX-License-Identifier: Apache-2.0
// Has programs that did not make it judge the new chain, by itself and with good and bad leaves. Records what each said.
import { X509Certificate } from 'node:crypto';
import type {
  Ceremony,
  CeremonyRef,
  Verdict,
  Verification,
} from '../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { readCrl } from '../clients/ca/read-crl.ts';
import { sha256 } from '../clients/ca/signed.ts';
import { Failure } from '../clients/failure.ts';
import { goVerifier, type GoVerifier } from '../clients/ca/trial/go-verifier.ts';
import { leavesOf, type Leaf } from '../clients/ca/trial/leaves.ts';
import { judgeByNode } from '../clients/ca/trial/node-verifier.ts';
import { judgeByOpenssl, opensslVersion, type Chain } from '../clients/ca/trial/openssl-verifier.ts';
import { twinOf } from '../clients/ca/trial/twin.ts';
import { requireRight, verdict } from '../clients/ca/trial/verdicts.ts';

interface Signed {
  readonly ceremony: Ceremony;
  readonly root: Buffer;
  readonly certificate: Buffer;
  readonly crl: Buffer;
}

/** @throws Failure VerifyFailed when a verifier judged otherwise than it has to */
export async function verificationDifferences(state: string, ref: CeremonyRef): Promise<Difference[]> {
  const records = new CeremonyRecords(state, ref);
  const signed = await signedOf(records);
  const verification = await records.verification();
  const what = 'verification of the chain';
  if (verification === null) return [{ what, have: 'none', want: 'recorded' }];
  if (verification.chainDigest !== digestOf(signed))
    throw new Failure('VerifyFailed', 'Another chain was verified than the one that is recorded', {
      on: records.path('verification'),
    });
  requireRight(records.path('certificate'), verification.verdicts);
  return [];
}

/** Records only what all judged right: a chain that fails is judged again after it was looked into. */
export async function verify(state: string, cacheDirectory: string, ref: CeremonyRef): Promise<string> {
  const records = new CeremonyRecords(state, ref);
  const signed = await signedOf(records);
  const go = await goVerifier(cacheDirectory);
  const verdicts = [...(await chainVerdicts(signed, go)), ...(await leafVerdicts(signed, go))];
  requireRight(records.path('certificate'), verdicts);
  await records.offer('verification', {
    chainDigest: digestOf(signed),
    verdicts,
    ends: endsOf(signed),
  });
  const verifiers = new Set(verdicts.map(({ verifier }) => verifier));
  return `${verdicts.length} verdicts of ${[...verifiers].join(', ')}, each as it has to be`;
}

/** The certificate itself, with the CRL that may have revoked it. */
async function chainVerdicts({ root, certificate, crl }: Signed, go: GoVerifier | null): Promise<Verdict[]> {
  const subject = 'the intermediate under the pinned root and its CRL';
  const chain: Chain = { root, intermediates: [], crls: [crl], leaf: certificate };
  const byOpenssl = await judgeByOpenssl(chain);
  const [parsed, issuer] = [new X509Certificate(certificate), new X509Certificate(root)];
  const isIssued = parsed.checkIssued(issuer) && parsed.verify(issuer.publicKey);
  const byNode = isIssued ? null : 'the root did not issue it';
  return [
    verdict(await opensslVersion(), subject, 'accepted', byOpenssl),
    verdict(nodeVersion, subject, 'accepted', byNode),
    ...(await verdictsOfGo(go, [{ subject, expected: 'accepted', chain, host: '' }])),
  ];
}

/**
 * What the certificate permits, tried with leaves. The keys of the chain stay on their tokens, so the leaves hang below a
 * twin: the same names and extensions, under keys that exist in this process and nowhere else.
 */
async function leafVerdicts(
  { ceremony, root, certificate }: Signed,
  go: GoVerifier | null,
): Promise<Verdict[]> {
  const twin = await twinOf(root, certificate);
  const version = await opensslVersion();
  const leaves = await leavesOf(twin, ceremony.profile);
  const verdicts: Verdict[] = [];
  for (const leaf of leaves) {
    verdicts.push(
      verdict(version, leaf.subject, leaf.expected, await judgeByOpenssl(leaf.chain)),
      verdict(nodeVersion, leaf.subject, leaf.expected, await judgeByNode(leaf)),
    );
  }
  return [...verdicts, ...(await verdictsOfGo(go, leaves))];
}

/** None where Go is not installed. */
async function verdictsOfGo(go: GoVerifier | null, judged: readonly Omit<Leaf, 'key'>[]): Promise<Verdict[]> {
  if (go === null) return [];
  const refusals = await go.judge(judged);
  return judged.map(({ subject, expected }, index) =>
    // Go was asked about each: one without an answer is not accepted.
    verdict(go.version, subject, expected, refusals[index] === undefined ? 'no answer' : refusals[index]),
  );
}

const nodeVersion = 'node';

async function signedOf(records: CeremonyRecords): Promise<Signed> {
  const ceremony = await records.requireCeremony();
  return {
    ceremony,
    root: pinnedRoot(ceremony.root).der,
    certificate: await records.require('certificate'),
    crl: await records.require('crl'),
  };
}

function endsOf({ root, certificate, crl }: Signed): Verification['ends'] {
  return {
    root: new Date(new X509Certificate(root).validTo).toISOString(),
    certificate: new Date(new X509Certificate(certificate).validTo).toISOString(),
    crl: readCrl(crl).until.toISOString(),
  };
}

const digestOf = ({ root, certificate, crl }: Signed): string =>
  sha256(Buffer.concat([root, certificate, crl]));
