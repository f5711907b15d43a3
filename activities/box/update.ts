// SPDX-License-Identifier: Apache-2.0
// Lays a box back on the image before its update when the canary was bad on the new one.
import { basename } from 'node:path';
import type { BoxPort } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { Failure } from '../clients/failure.ts';
import { readUpdate, writeUpdate, type UpdateRecord } from '../clients/state/box-updates.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { isComplete } from '../hosts/image-generations.ts';
import { applying, observing } from '../step-scope.ts';
import { rebase } from './root.ts';

type UpdatePort = Pick<
  BoxPort,
  'observeTakenBack' | 'takeBack' | 'observeFormerImage' | 'layBack' | 'observeKept'
>;

export function updateActivities({ machine }: Clients): UpdatePort {
  return {
    observeTakenBack: observing(async ({ box }) => {
      const { verdict } = await requireWayBack(box);
      if (verdict === 'bad') return [];
      return [{ what: `last update of box ${box}`, have: verdict ?? 'not judged', want: 'taken back' }];
    }),
    takeBack: applying(async ({ box }) => {
      const record = await requireWayBack(box);
      // A scheduled update passes over an image that is marked so.
      if (record.verdict !== 'bad')
        await writeUpdate(box, { ...record, verdict: 'bad', cause: 'it was taken back by a person' });
      return undefined;
    }),
    observeFormerImage: observing(async ({ box }) => {
      const record = await readUpdate(box);
      const present = await recordedImage(box);
      if (record?.verdict !== 'bad' || present !== record.image) return [];
      const have = `${basename(record.image)}, on which the canary was bad`;
      return [{ what: `image of box ${box}`, have, want: basename(record.former) }];
    }),
    layBack: applying(async ({ box }, scope) => {
      const record = await readUpdate(box);
      const present = await recordedImage(box);
      if (record === null || present === null)
        throw new Failure('Invariant', `Box ${box} has no image before an update`, { on: box });
      if (present !== record.former) await rebase(machine(box), scope, [box, present, record.former]);
      return undefined;
    }),
    observeKept: observing(async ({ box }) => {
      const record = await readUpdate(box);
      if (record?.verdict !== 'bad') return [];
      const have = `${basename(record.former)}, as before: ${record.cause ?? 'the canary was bad on the new one'}`;
      return [{ what: `image of box ${box}`, have, want: basename(record.image) }];
    }),
  };
}

/** The last update of a box that can be taken back. @throws Failure PreconditionFailed */
async function requireWayBack(box: string): Promise<UpdateRecord> {
  const record = await readUpdate(box);
  if (record === null)
    throw new Failure('PreconditionFailed', `Box ${box} was never updated: there is no image before`, {
      on: box,
      hint: `holdfast box update ${box} --plan`,
    });
  const present = await recordedImage(box);
  if (present !== record.image && present !== record.former)
    throw new Failure('PreconditionFailed', `Box ${box} was laid on another image since its last update`, {
      on: present ?? box,
      hint: `holdfast box drift ${box}`,
    });
  if (!(await isComplete(record.former)))
    throw new Failure('PreconditionFailed', `The image of box ${box} before its update is gone`, {
      on: record.former,
      hint: `Name the cache that holds it in HOLDFAST_CACHE, or go on: holdfast box install ${box}`,
    });
  return record;
}
