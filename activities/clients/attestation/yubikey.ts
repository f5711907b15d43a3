// SPDX-License-Identifier: Apache-2.0
// The statement of a YubiKey on a key that it made, and the certificates that lead from it to Yubico. Asks no token.
// Checked against recorded statements of firmware 5.2.6 and 5.7.4; not tried on hardware.
import 'reflect-metadata';
import { X509Certificate } from 'node:crypto';
import { X509Certificate as Parsed } from '@peculiar/x509';
import { Failure } from '../failure.ts';
import type { TokenCertificate } from '../token/messages.ts';
import intermediates from './yubico-intermediates.pem';
import roots from './yubico-roots.pem';

/** @source ykcs11 of yubico-piv-tool: the labels of the objects of slot f9, and of the statement on the key of a slot */
const attestorLabel = 'X.509 Certificate for PIV Attestation';
const statementLabel = /^X\.509 Certificate for PIV Attestation [0-9a-f]{2}$/;

/** @source developers.yubico.com, PIV attestation: the extensions of a statement */
const extensions = {
  firmware: '1.3.6.1.4.1.41482.3.3',
  serial: '1.3.6.1.4.1.41482.3.7',
  policy: '1.3.6.1.4.1.41482.3.8',
} as const;
const pinPolicies = ['', 'never', 'once', 'always'];
const touchPolicies = ['', 'never', 'always', 'cached'];

/** A statement of a YubiKey on one of its keys. */
export interface YubiKeyStatement {
  /** Serial number of the YubiKey, in decimal digits. */
  readonly serial: string;
  readonly firmware: string;
  /** When the PIN is asked for, and a touch: `never`, `once` (of a PIN), `always`, `cached` (of a touch). */
  readonly pin: string;
  readonly touch: string;
  /** Name of the root at the end of the chain. */
  readonly root: string;
  /** DER in base64, from the statement to the root. */
  readonly chain: readonly string[];
}

/**
 * Slot of PIV for an id of PKCS #11; null for an id that names none.
 * @source ykcs11: 01 to 04 are 9a, 9c, 9d and 9e, 05 to 18 (hexadecimal) the retired slots 82 to 95
 */
export function slotOf(id: string): string | null {
  const number = Number.parseInt(id, 16);
  if (number >= 1 && number <= 4) return ['9a', '9c', '9d', '9e'][number - 1] ?? null;
  return number >= 5 && number <= 24 ? (0x82 + number - 5).toString(16) : null;
}

export const isYubiKey = (manufacturer: string): boolean => /\byubico\b/i.test(manufacturer);

/** The module makes a statement when it is asked for: it is no object of the token, and has the id of the key. */
export const isStatement = ({ label }: TokenCertificate): boolean => statementLabel.test(label);

/**
 * The statement on the key with this public key, DER of a SubjectPublicKeyInfo in base64, out of the certificates of a token.
 * @throws Failure PreconditionFailed when there is none, or its chain does not lead to Yubico
 */
export function statementOn(
  publicKey: string,
  certificates: readonly TokenCertificate[],
  on: string,
): YubiKeyStatement {
  const statements = certificates.filter(isStatement).map(certificateOf);
  const statement = statements.find((each) => publicKeyOf(each) === publicKey);
  const attestor = certificates.filter(({ label }) => label === attestorLabel).map(certificateOf)[0];
  if (statement === undefined || attestor === undefined)
    throw new Failure('PreconditionFailed', 'The YubiKey makes no statement on this key', {
      on,
      cause: attestor === undefined ? 'Its slot f9 has no certificate' : 'A key that was imported has none',
      hint: 'A certificate needs a key that the YubiKey made: raise the generation in the spec, name a free id, record it with holdfast ca record FILE, then start that ceremony',
    });
  return judged(statement, attestor, on);
}

function judged(statement: X509Certificate, attestor: X509Certificate, on: string): YubiKeyStatement {
  const { firmware, serial, pin, touch } = factsOf(statement, on);
  const chain = chainOf(statement, attestor);
  const root = chain?.at(-1);
  if (chain === null || root === undefined)
    throw new Failure(
      'PreconditionFailed',
      `This YubiKey of firmware ${firmware} is not certified by Yubico`,
      {
        on,
        cause: `No chain leads from ${oneName(attestor.issuer)} to a root of Yubico that this release knows`,
        hint: 'Compare its certificates with developers.yubico.com/PKI; a newer intermediate of Yubico needs a newer release',
      },
    );
  return { firmware, serial, pin, touch, root: oneName(root.subject), chain: chain.map(base64) };
}

/** From the statement to a root; null where a signature or an issuer is missing. */
function chainOf(statement: X509Certificate, attestor: X509Certificate): X509Certificate[] | null {
  const anchors = certificatesIn(roots);
  const known = [...certificatesIn(intermediates), ...anchors];
  if (!isSignedBy(statement, attestor)) return null;
  const chain = [statement, attestor];
  // Each step finds another of the known certificates, so the number of them is the longest way.
  for (let last = attestor; !anchors.includes(last);) {
    const issuer = known.find((each) => !chain.includes(each) && isSignedBy(last, each));
    if (issuer === undefined) return null;
    chain.push(issuer);
    last = issuer;
  }
  return chain;
}

const isSignedBy = (certificate: X509Certificate, issuer: X509Certificate): boolean =>
  certificate.issuer === issuer.subject && issuer.ca && certificate.verify(issuer.publicKey);

/** @throws Failure PreconditionFailed for a certificate without the extensions of a statement */
function factsOf(statement: X509Certificate, on: string) {
  const parsed = new Parsed(statement.raw);
  const valueOf = (id: string): Buffer => {
    const value = parsed.getExtension(id)?.value;
    if (value === undefined)
      throw new Failure('PreconditionFailed', `The statement of the YubiKey lacks the extension ${id}`, {
        on,
      });
    return Buffer.from(value);
  };
  const [pin = 0, touch = 0] = octets(valueOf(extensions.policy), 2);
  return {
    firmware: [...octets(valueOf(extensions.firmware), 3)].join('.'),
    serial: integer(valueOf(extensions.serial)),
    pin: pinPolicies[pin] ?? `policy ${pin}`,
    touch: touchPolicies[touch] ?? `policy ${touch}`,
  };
}

/** As they are, or as the DER of an octet string, which some firmware writes. */
function octets(value: Buffer, length: number): Buffer {
  const isWrapped = value.length === length + 2 && value[0] === 4 && value[1] === length;
  return isWrapped ? value.subarray(2) : value;
}

/** DER of a short positive integer as decimal digits. */
function integer(value: Buffer): string {
  return BigInt(`0x${value.subarray(2).toString('hex') || '0'}`).toString();
}

const certificateOf = ({ certificate }: TokenCertificate): X509Certificate =>
  new X509Certificate(Buffer.from(certificate, 'base64'));
const base64 = ({ raw }: X509Certificate): string => raw.toString('base64');
const publicKeyOf = (certificate: X509Certificate): string =>
  certificate.publicKey.export({ type: 'spki', format: 'der' }).toString('base64');
const oneName = (name: string): string => name.replace(/^CN=/, '');

function certificatesIn(bundle: string): X509Certificate[] {
  return bundle
    .split(/(?<=-----END CERTIFICATE-----\n)/)
    .filter((part) => part.includes('BEGIN'))
    .map((part) => new X509Certificate(part));
}
