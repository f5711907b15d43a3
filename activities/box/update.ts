// SPDX-License-Identifier: Apache-2.0
// Lays a box back on the image before its update when the canary was bad on the new one.
import { basename } from 'node:path';
import type { BoxPort } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { Failure } from '../clients/failure.ts';
import { readUpdate } from '../clients/state/box-updates.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { applying, observing } from '../step-scope.ts';
import { rebase } from './root.ts';

type UpdatePort = Pick<BoxPort, 'observeFormerImage' | 'layBack' | 'observeKept'>;

export function updateActivities({ machine }: Clients): UpdatePort {
  return {
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
      const have = `${basename(record.former)}, as before. On the new one: ${record.cause ?? 'the canary was bad'}`;
      return [{ what: `image of box ${box}`, have, want: basename(record.image) }];
    }),
  };
}
