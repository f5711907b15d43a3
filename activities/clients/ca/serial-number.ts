// SPDX-License-Identifier: Apache-2.0
// Serial numbers of certificates.
import { randomBytes } from 'node:crypto';

/** 126 random bits: positive, at most 20 octets, and unforeseeable, as RFC 5280 §4.1.2.2 and the rules of browsers want it. */
export function newSerialNumber(): string {
  const bytes = randomBytes(16);
  // Never zero in front, so that all spellings of it are one.
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return bytes.toString('hex');
}
