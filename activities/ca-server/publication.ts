// SPDX-License-Identifier: Apache-2.0
// What the web server of an authority serves: root, chains and the newest CRL, written whole and read back over http.
import { join } from 'node:path';
import { mkdir } from 'node:fs/promises';
import { Agent, request } from 'undici';
import {
  chainPath,
  crlPath,
  rootPath,
  serverPaths,
  type PublishArgs,
} from '../../workflows/contracts/authority/server.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { CeremonyRecords, generationsOf } from '../clients/ca/ceremony-records.ts';
import { pem } from '../clients/ca/pem.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { newestCrl } from '../clients/ca/signed-crls.ts';
import { Failure } from '../clients/failure.ts';
import { writeBytesAtomically } from '../clients/state/local-files.ts';
import { dataDirectory } from '../hosts/places.ts';

/** Read by the box's own address, past any proxy. */
const agent = new Agent({ connectTimeout: 5000, headersTimeout: 10_000, bodyTimeout: 10_000 });

/** @throws Failure Unreachable while the web server does not answer */
export async function publicationDifferences(state: string, args: PublishArgs): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const [path, bytes] of await publicFiles(state, args)) {
    const served = await fetched(args, path);
    if (served?.equals(bytes) === true) continue;
    differences.push({
      what: `http://${args.address}${path}`,
      have: served === null ? 'absent' : 'another',
      want: 'served',
    });
  }
  return differences;
}

export async function publish(state: string, args: PublishArgs): Promise<string> {
  const folder = join(dataDirectory(args.box), serverPaths.public);
  const files = await publicFiles(state, args);
  for (const [path, bytes] of files) {
    await mkdir(join(folder, path, '..'), { recursive: true, mode: 0o755 });
    await writeBytesAtomically(join(folder, path), bytes, 0o644);
  }
  return `${files.size} files`;
}

/** By their paths. An intermediate that is not active any more stays: leaves of it are still in use. */
async function publicFiles(state: string, args: PublishArgs): Promise<Map<string, Buffer>> {
  const { authority, rootFingerprint, crlUrl } = args;
  const files = new Map<string, Buffer>();
  for (const generation of await generationsOf(state, authority)) {
    const records = new CeremonyRecords(state, { authority, generation });
    const [ceremony, certificate] = [await records.ceremony(), await records.bytes('certificate')];
    if (ceremony?.root.fingerprint !== rootFingerprint || certificate === null) continue;
    if ((await records.verification()) === null) continue;
    const root = pinnedRoot(ceremony.root).der;
    files.set(rootPath, Buffer.from(pem('CERTIFICATE', root)));
    files.set(chainPath(generation), Buffer.from(pem('CERTIFICATE', certificate) + pem('CERTIFICATE', root)));
    const crl = await newestCrl(state, authority, ceremony.root);
    if (crl !== null) files.set(crlPath(crlUrl), crl.der);
  }
  if (files.has(crlPath(crlUrl))) return files;
  throw new Failure('Unreachable', 'There is no verified intermediate with a CRL to publish yet', {
    on: `authority ${authority}`,
    hint: `holdfast ca issue ${authority}`,
  });
}

/** Null for what is not there. */
async function fetched({ address }: PublishArgs, path: string): Promise<Buffer | null> {
  const url = `http://${address}${path}`;
  try {
    const { statusCode, body } = await request(url, { dispatcher: agent });
    const bytes = Buffer.from(await body.arrayBuffer());
    return statusCode === 200 ? bytes : null;
  } catch (cause) {
    throw new Failure('Unreachable', 'The web server of the authority does not answer', { on: url, cause });
  }
}
