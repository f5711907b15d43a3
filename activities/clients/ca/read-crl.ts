// SPDX-License-Identifier: Apache-2.0
// What a CRL says. Judges no signature.
import { AsnConvert } from '@peculiar/asn1-schema';
import { CertificateList, CRLNumber, id_ce_cRLNumber } from '@peculiar/asn1-x509';
import type { RevokedCertificate } from '../../../workflows/contracts/authority/authority-spec.ts';
import { plainSerial } from '../../../workflows/contracts/authority/root-crl.ts';
import { Failure } from '../failure.ts';

export interface ReadCrl {
  readonly number: number;
  readonly revoked: readonly RevokedCertificate[];
  readonly from: Date;
  readonly until: Date;
}

/** @throws Failure VerifyFailed for one without a number or without an end */
export function readCrl(der: Uint8Array): ReadCrl {
  const { tbsCertList } = AsnConvert.parse(Buffer.from(der), CertificateList);
  const { nextUpdate, thisUpdate, crlExtensions, revokedCertificates } = tbsCertList;
  const extension = crlExtensions?.find(({ extnID }) => extnID === id_ce_cRLNumber);
  if (nextUpdate === undefined || extension === undefined)
    throw new Failure('VerifyFailed', 'The CRL does not say its number, or when it ends', { on: 'CRL' });
  return {
    number: AsnConvert.parse(extension.extnValue, CRLNumber).value,
    revoked: (revokedCertificates ?? []).map(({ userCertificate, revocationDate }) => ({
      serial: plainSerial(Buffer.from(userCertificate).toString('hex')),
      revokedAt: revocationDate.getTime().toISOString(),
    })),
    from: thisUpdate.getTime(),
    until: nextUpdate.getTime(),
  };
}
