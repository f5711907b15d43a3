// SPDX-License-Identifier: Apache-2.0
// What the proxy of a mirror refused until now and nobody decided on, from its log. Changes nothing.
import { recordedMirror } from '../../activities/clients/state/recorded-mirrors.ts';
import { dataDirectory } from '../../activities/hosts/places.ts';
import { asked } from '../../activities/mirror/proxy/audit.ts';
import { auditArgs } from '../../workflows/box/mirror/proxy.ts';
import { verdictOf } from '../../workflows/contracts/mirror/proxy/decision.ts';
import {
  shownDestinationsMax,
  type RefusedDestination,
  type SeenDestinations,
} from '../../workflows/contracts/mirror/proxy/seen-destinations.ts';

/** Null for a mirror without a proxy. `data`: the folder of the mirror. @throws Failure when its log cannot be read */
export async function mirrorDestinations(
  box: string,
  stateDirectory: string,
  data = dataDirectory(box),
): Promise<SeenDestinations | null> {
  const spec = await recordedMirror(stateDirectory, box);
  if (spec?.proxy === undefined) return null;
  const args = auditArgs(spec, spec.proxy);
  const unknown = (await asked({ data, box }, args)).flatMap(
    ({ isDenied, ...destination }): RefusedDestination[] => {
      const verdict = verdictOf({ isDenied, ...destination }, args);
      return isDenied && verdict !== 'refused' ? [{ ...destination, verdict }] : [];
    },
  );
  return { unknown: unknown.slice(0, shownDestinationsMax), count: unknown.length };
}
