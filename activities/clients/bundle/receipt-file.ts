// SPDX-License-Identifier: Apache-2.0
// A receipt as one file: its JSON, then the signature over exactly those bytes. The signature is judged before they are parsed.
import { receiptNamespace, type Receipt } from '../../../workflows/contracts/mirror/bundle.ts';
import { parseReceipt } from '../../../workflows/contracts/mirror/bundle.schema.ts';
import { sshSignatureFault } from '../ca/ssh-signature.ts';
import { sha256 } from '../content/content-store.ts';
import { Failure } from '../failure.ts';
import { faultText, readPlain } from './plain-file.ts';
import { signatureOf, sshSign } from './site-key.ts';

/** @source a million digests of 67 bytes, and room */
const receiptBytesMax = 80 * 2 ** 20;

export function receiptText(receipt: Receipt, privateKey: string): string {
  const text = `${JSON.stringify(receipt)}\n`;
  return text + sshSign(privateKey, Buffer.from(text), receiptNamespace);
}

export interface SignedReceipt {
  readonly receipt: Receipt;
  /** SHA-256 of the whole file. */
  readonly digest: string;
}

/** A receipt of a bundle of `site` by one of `receivers`. @throws Failure Rejected for any other file */
export async function readSignedReceipt(
  path: string,
  site: string,
  receivers: readonly string[],
): Promise<SignedReceipt> {
  const bytes = await readPlain(path, receiptBytesMax).catch((error: unknown) => {
    throw refused(path, faultText(error));
  });
  if (bytes === null) throw refused(path, 'there is no such file');
  const end = bytes.indexOf('\n') + 1;
  const signed = bytes.subarray(0, end);
  const signature = signatureOf(bytes.subarray(end).toString('latin1'));
  if (signature === null) throw refused(path, 'it has no signature');
  const faults = receivers.map((key) => sshSignatureFault(key, signed, signature, receiptNamespace));
  if (!faults.includes(null))
    throw refused(path, faults[0] ?? 'the spec of the mirror names no receivers whose receipts count');
  const receipt = parsed(path, signed);
  if (receipt.site !== site) throw refused(path, `it is of a bundle of ${receipt.site}, not of ${site}`);
  return { receipt, digest: sha256(bytes) };
}

function parsed(path: string, bytes: Buffer): Receipt {
  let raw: unknown;
  try {
    raw = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw refused(path, `it is not JSON: ${faultText(error)}`);
  }
  const outcome = parseReceipt(raw);
  if (outcome.ok) return outcome.value;
  throw refused(path, outcome.issues.map(({ path: key, message }) => `${key}: ${message}`).join('; '));
}

const refused = (on: string, cause: string): Failure =>
  new Failure('Rejected', 'The receipt is refused', {
    on,
    cause,
    hint: 'Name the receipt that the far site wrote and its key under receivers, or export without --since',
  });
