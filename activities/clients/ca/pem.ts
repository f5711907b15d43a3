// SPDX-License-Identifier: Apache-2.0
// DER as PEM, with a newline at its end. Pure.

/** Labels: `CERTIFICATE`; OpenSSL wants `X509 CRL` for a CRL. */
export function pem(label: 'CERTIFICATE' | 'X509 CRL', der: Uint8Array): string {
  const lines =
    Buffer.from(der)
      .toString('base64')
      .match(/.{1,64}/g) ?? [];
  return [`-----BEGIN ${label}-----`, ...lines, `-----END ${label}-----`, ''].join('\n');
}
