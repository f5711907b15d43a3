// SPDX-License-Identifier: Apache-2.0
// What a certificate will say, as lines that people approve. Read from the bytes themselves, not from the profile.
import { AsnConvert } from '@peculiar/asn1-schema';
import {
  id_ce_nameConstraints,
  NameConstraints,
  TBSCertificate,
  type GeneralSubtree,
} from '@peculiar/asn1-x509';
import { Name as ReadableName } from '@peculiar/x509';
import type { Ceremony } from '../../../workflows/contracts/authority/ceremony.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { sha256 } from './signed.ts';

/** The last line is the digest that the others add up to. */
export function certificateSummary(ceremony: Ceremony, toBeSigned: Uint8Array): Difference[] {
  const { validity, subject, subjectPublicKeyInfo, extensions } = AsnConvert.parse(
    Buffer.from(toBeSigned),
    TBSCertificate,
  );
  const encoded = extensions?.find(({ extnID }) => extnID === id_ce_nameConstraints);
  const constraints =
    encoded === undefined ? undefined : AsnConvert.parse(encoded.extnValue, NameConstraints);
  const dates = [validity.notBefore, validity.notAfter].map((time) => time.getTime().toISOString());
  const lines: readonly (readonly [string, string])[] = [
    ['subject', new ReadableName(AsnConvert.serialize(subject)).toString()],
    ['issuer', `the root with the SHA-256 ${ceremony.root.fingerprint}`],
    ['serial number', ceremony.serialNumber],
    ['valid', dates.join(' until ')],
    ['public key', `SHA-256 ${sha256(Buffer.from(AsnConvert.serialize(subjectPublicKeyInfo)))}`],
    ['permitted names', namesOf(constraints?.permittedSubtrees)],
    ['excluded names', namesOf(constraints?.excludedSubtrees)],
    ['bytes to be signed', `SHA-256 ${sha256(toBeSigned)}`],
  ];
  return lines.map(([what, want]) => ({ what, have: 'not signed', want }));
}

function namesOf(subtrees: readonly GeneralSubtree[] | undefined): string {
  const names = (subtrees ?? []).map(
    ({ base }) =>
      base.dNSName ?? base.uniformResourceIdentifier?.replace(/^/, 'URI ') ?? base.iPAddress ?? '?',
  );
  return names.length === 0 ? 'none' : names.join(' ');
}
