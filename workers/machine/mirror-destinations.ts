// SPDX-License-Identifier: Apache-2.0
// The undecided destinations of a mirror's proxy, from its log. Changes nothing.
import { recordedMirror } from '../../activities/clients/state/recorded-mirrors.ts';
import { dataDirectory } from '../../activities/hosts/places.ts';
import { asked } from '../../activities/mirror/proxy/audit.ts';
import { auditArgs } from '../../workflows/box/mirror/proxy.ts';
import { refusedDestinations } from '../../workflows/contracts/mirror/proxy/decision.ts';
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
  const refused = refusedDestinations(await asked({ data, box }, args), args);
  const unknown = refused.flatMap(({ isDenied: _, verdict, ...destination }): RefusedDestination[] =>
    verdict === 'refused' ? [] : [{ ...destination, verdict }],
  );
  return { unknown: unknown.slice(0, shownDestinationsMax), count: unknown.length };
}
