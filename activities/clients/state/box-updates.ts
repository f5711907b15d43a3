// SPDX-License-Identifier: Apache-2.0
// What an update noted of a box: from which image to which, and how the canary went on the new one.
import { join } from 'node:path';
import { z } from 'zod';
import { boxDirectory } from '../../hosts/places.ts';
import { asStepFailure } from '../failure.ts';
import { writeFileAtomically } from './local-files.ts';
import { readRecord } from './records.ts';

const schema = z.object({
  former: z.string(),
  image: z.string(),
  /** None: the box was laid on the image, and no canary has judged it there, whatever run begins or ends. */
  verdict: z.enum(['good', 'bad']).optional(),
  cause: z.string().optional(),
});
export type UpdateRecord = z.infer<typeof schema>;

const pathOf = (box: string): string => join(boxDirectory(box), 'update.json');

/** Of the last update; null before the first. @throws Failure Rejected for a record that cannot be read */
export function readUpdate(box: string): Promise<UpdateRecord | null> {
  return readRecord(pathOf(box), {
    what: `record of the update of box ${box}`,
    parse: (text) => schema.parse(JSON.parse(text)),
    next: `holdfast box update ${box}`,
  });
}

export async function writeUpdate(box: string, record: UpdateRecord): Promise<void> {
  await writeFileAtomically(pathOf(box), `${JSON.stringify(record, null, 2)}\n`, 0o600);
}

/** Notes how the canary went; `failure` of a bad one. */
export async function noteVerdict(box: string, record: UpdateRecord, failure?: unknown): Promise<void> {
  if (failure === undefined) return writeUpdate(box, { ...record, verdict: 'good' });
  const { message } = asStepFailure(failure, box);
  return writeUpdate(box, { ...record, verdict: 'bad', cause: message.slice(0, 500) });
}
