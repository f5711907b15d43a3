// SPDX-License-Identifier: Apache-2.0
// Records a box's spec in the state directory, where it outlives Temporal, and claims its networks. Reads no YAML.
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { BoxPort, BoxSpecArgs } from '../../workflows/ports/box.ts';
import type { Clients } from '../clients/index.ts';
import { replaceSpec, requireBase, type Replacement } from '../clients/state/replace-spec.ts';
import { claimOf, readClaim, takeClaim, type Claim } from '../hosts/claims.ts';
import { recordedSpec, specPath } from '../clients/state/recorded-specs.ts';
import { applying, observing } from '../step-scope.ts';

export function specActivities({ stateDirectory }: Clients): Pick<BoxPort, 'observeSpec' | 'recordSpec'> {
  return {
    observeSpec: observing(async ({ spec }) => {
      return [...(await specDifferences(stateDirectory, spec)), ...(await claimDifferences(spec))];
    }),
    recordSpec: applying(async (args) => {
      const replacement = replacementOf(stateDirectory, args);
      // Nothing is claimed for a box that was changed or destroyed meanwhile.
      await requireBase(replacement);
      await takeClaim(claimOf(args.spec));
      await replaceSpec(replacement);
      return undefined;
    }),
  };
}

export const replacementOf = (stateDirectory: string, { spec, base }: BoxSpecArgs): Replacement => ({
  path: specPath(stateDirectory, spec.name),
  spec,
  base,
  recorded: () => recordedSpec(stateDirectory, spec.name),
  installCommand: 'holdfast box install FILE',
});

async function specDifferences(stateDirectory: string, spec: BoxSpec): Promise<Difference[]> {
  const what = `recorded spec of ${spec.name}`;
  const recorded = await recordedSpec(stateDirectory, spec.name);
  if (recorded === null) return [{ what, have: 'none', want: 'recorded' }];
  return JSON.stringify(recorded) === JSON.stringify(spec)
    ? []
    : [{ what, have: 'another', want: 'the one given' }];
}

/** Boxes of earlier releases claimed nothing: the next install does. */
async function claimDifferences(spec: BoxSpec): Promise<Difference[]> {
  const what = `networks and addresses of ${spec.name}`;
  const [claimed, wanted] = [await readClaim(spec.name), claimOf(spec)];
  if (claimed === null) return [{ what, have: 'not claimed', want: 'claimed' }];
  return textOf(claimed) === textOf(wanted) ? [] : [{ what, have: textOf(claimed), want: textOf(wanted) }];
}

const textOf = ({ networks, address, tunnel }: Claim): string =>
  [...Object.values(networks), address ?? '', tunnel ?? ''].filter(Boolean).join(' ');
