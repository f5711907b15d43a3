// SPDX-License-Identifier: Apache-2.0
// ChangeMirror as a table: a refresh of one kind, the others kept as they are published; the spec is recorded once clients took it. Pure.
import { kindSteps } from '../../box/mirror/kind-steps.ts';
import { joined, publicationSteps, statusStep } from '../../box/mirror/publication-steps.ts';
import { recordedSpec, type RefreshArgs } from '../../box/mirror/model.ts';
import type { MirrorKind, MirrorSpec } from '../../contracts/mirror/mirror-spec.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { call, effect } from '../../ports/index.ts';

export interface ChangeArgs {
  /** With the change. */
  readonly spec: MirrorSpec;
  /** SHA-256 of the recorded spec that it was made of. */
  readonly base: string;
  /** Of which kind the change is; null: all kinds are refreshed, since nothing of some is published yet. */
  readonly kind: MirrorKind | null;
}

/** Recorded last: a change that cannot be fetched leaves a mirror as it was. */
export function changeMirrorSteps(args: RefreshArgs, { spec, base, kind }: ChangeArgs): CompiledStep[] {
  const { box, keep } = args;
  const kinds = kindSteps(args, 'park');
  const changed = kinds.filter((each) => kind === null || each.kind === kind);
  const kept = kinds.filter((each) => !changed.includes(each)).map((each) => each.kind);
  const recorded = { title: 'Spec recorded', ...recordedSpec(spec, base) };
  return table({
    site: { title: 'Mirror is on and serves', settleSeconds: 60, observe: call('observeSite', { box }) },
    ...(kept.length > 0 && {
      kept: {
        title: 'Other kinds kept as they are published',
        ...effect('observeKeptKinds', 'keepKinds', { box, kinds: kept }),
      },
    }),
    ...joined(changed.map(({ before }) => before)),
    revision: {
      title: 'Revision of the site recorded',
      after: [...(kept.length > 0 ? ['kept'] : []), ...changed.map(({ built }) => built)],
      ...effect('observeRevision', 'composeRevision', { box }),
    },
    ...publicationSteps({ box, keep }, changed, 'park', { recorded }),
    status: statusStep(box, 'park'),
  });
}
