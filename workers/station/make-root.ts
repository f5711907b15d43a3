// SPDX-License-Identifier: Apache-2.0
// Makes a root on a token in front of a person, and says how a spec names it. Reaches no Temporal.
import { stringify } from 'yaml';
import { makeRoot as makeOnToken } from '../../activities/station/root.ts';
import { composeStation } from './compose-station.ts';
import type { MakeRootRequest, StationSurroundings } from './request.ts';

/** The part of a spec that pins the root, as YAML. */
export async function makeRoot(request: MakeRootRequest, surroundings: StationSurroundings): Promise<string> {
  const station = composeStation('of the root', request, surroundings);
  const { serial, id, fingerprint, certificate } = await makeOnToken(station, request.root);
  return stringify({ root: { serial, id, fingerprint, certificate } });
}
