// SPDX-License-Identifier: Apache-2.0
// The signed text of a bundle on a medium: its signatures are judged before a byte of it is parsed. Reads no segment.
import { opendir } from 'node:fs/promises';
import { join } from 'node:path';
import {
  bundleFile,
  bundleNamespace,
  bundleRefusal,
  type Bundle,
  type Received,
} from '../../../workflows/contracts/mirror/bundle.ts';
import { parseBundle } from '../../../workflows/contracts/mirror/bundle.schema.ts';
import type { Receives } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { sshSignatureFault } from '../ca/ssh-signature.ts';
import { sha256 } from '../content/content-store.ts';
import { Failure } from '../failure.ts';
import { faultText, readPlain } from './plain-file.ts';
import { signatureOf } from './site-key.ts';

export interface SignedBundle {
  readonly bundle: Bundle;
  readonly bytes: Buffer;
  /** SHA-256 of the bytes. */
  readonly digest: string;
}

/** @source a content takes 95 bytes: room for 700,000 */
const bundleBytesMax = 64 * 2 ** 20;
const signatureBytesMax = 8192;
const signaturesMax = 32;
/** Entries of the folder that are looked at. @source as many as there may be segments, and some more */
const entriesMax = 200_000;

/**
 * The bundle of a folder, for the site that takes it. Signatures first, then form, then site and generation.
 * @throws Failure Rejected for what is absent, unsigned, malformed, replayed or older; nothing was changed then
 */
export async function readSignedBundle(
  folder: string,
  receives: Receives,
  last: Received | null,
): Promise<SignedBundle> {
  const path = join(folder, bundleFile);
  const bytes = await readPlain(path, bundleBytesMax).catch((error: unknown) => {
    throw refused(path, faultText(error));
  });
  if (bytes === null) throw refused(path, 'there is no such file');
  await requireSignatures(folder, bytes, receives);
  const bundle = parsed(path, bytes);
  const digest = sha256(bytes);
  const why = bundleRefusal(bundle, digest, receives, last);
  if (why !== null) throw refused(path, why);
  return { bundle, bytes, digest };
}

function parsed(path: string, bytes: Buffer): Bundle {
  let raw: unknown;
  try {
    raw = JSON.parse(bytes.toString('utf8'));
  } catch (error) {
    throw refused(path, `it is not JSON: ${faultText(error)}`);
  }
  const outcome = parseBundle(raw);
  if (outcome.ok) return outcome.value;
  const shown = outcome.issues.slice(0, 3).map(({ path: key, message }) => `${key}: ${message}`);
  throw refused(path, shown.join('; '));
}

async function requireSignatures(
  folder: string,
  message: Buffer,
  { signers, threshold }: Receives,
): Promise<void> {
  const good = new Set<string>();
  const faults: string[] = [];
  for (const name of await signatureFiles(folder)) {
    const fault = await readPlain(join(folder, name), signatureBytesMax).then((bytes) => {
      const signature = signatureOf(bytes?.toString('latin1') ?? '');
      if (signature === null) return 'it is no signature of ssh-keygen';
      const judged = signers.map((signer) => ({
        signer,
        fault: sshSignatureFault(signer, message, signature, bundleNamespace),
      }));
      const signer = judged.find((each) => each.fault === null)?.signer;
      if (signer !== undefined) good.add(signer);
      // A key that is not named here is the first cause; a bad signature by one that is says more.
      return signer === undefined
        ? (judged.find(({ fault: why }) => !/another key/.test(why ?? ''))?.fault ??
            'no signer of the spec made it')
        : null;
    }, faultText);
    if (fault !== null) faults.push(`${name}: ${fault}`);
  }
  if (good.size >= threshold) return;
  const found = `${good.size} of ${threshold} good signatures`;
  throw refused(join(folder, bundleFile), [found, ...faults.slice(0, 3)].join('; '));
}

async function signatureFiles(folder: string): Promise<string[]> {
  const names: string[] = [];
  let entries = 0;
  for await (const { name } of await opendir(folder)) {
    entries += 1;
    if (name.endsWith('.sig')) names.push(name);
    if (names.length >= signaturesMax || entries >= entriesMax) break;
  }
  return names.sort();
}

const refused = (on: string, cause: string): Failure =>
  new Failure('Rejected', 'The bundle is refused', {
    on,
    cause,
    hint: 'Carry another bundle, or correct receives in the file of the mirror, then start the import again',
  });
