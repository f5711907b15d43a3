// SPDX-License-Identifier: Apache-2.0
// Records of an authority as JSON: absent, damaged and readable are three answers. Writes none.
import { basename } from 'node:path';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import type { Parsed } from '../../../workflows/contracts/run/parse.schema.ts';
import { Failure } from '../failure.ts';
import { readBytes } from '../state/written-once.ts';

/** Null when it is absent. @throws Failure Rejected when it cannot be read */
export async function readRecord<T>(path: string, parse: (raw: unknown) => Parsed<T>): Promise<T | null> {
  const bytes = await readBytes(path);
  if (bytes === null) return null;
  const parsed = parse(jsonOrNull(bytes.toString('utf8')));
  if (parsed.ok) return parsed.value;
  throw new Failure('Rejected', `The record ${basename(path)} of the authority is damaged`, {
    on: path,
    cause: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '),
    hint: 'Restore the folder of the authority from a backup: holdfast restore FILE',
  });
}

/** A record as its file holds it. */
export const recordBytes = (content: Uint8Array | object): Uint8Array =>
  content instanceof Uint8Array ? content : Buffer.from(`${JSON.stringify(content, null, 2)}\n`);
