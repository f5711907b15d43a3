// SPDX-License-Identifier: Apache-2.0
// Refuses an operation on a subject that is not recorded, or on a spec that was changed since the run was asked for.
import type { AuthoritySpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { recordedAuthority, type RecordedAuthority } from '../../clients/state/recorded-authorities.ts';
import { invalid } from '../inputs.ts';

/** An error InvalidInput: no such subject is recorded. */
export function unrecorded(noun: 'box' | 'cloud' | 'authority' | 'mirror', name: string): Error {
  return invalid([{ path: 'name', message: `There is no ${noun} ${name} in this state directory` }]);
}

/** @throws ApplicationFailure InvalidInput when no such authority is recorded */
export async function requireAuthority(stateDirectory: string, name: string): Promise<RecordedAuthority> {
  const recorded = await recordedAuthority(stateDirectory, name);
  if (recorded === null) throw unrecorded('authority', name);
  return recorded;
}

/** @throws ApplicationFailure InvalidInput when the recorded spec is not the one that the input names */
export async function requireUnchanged(
  stateDirectory: string,
  { name, specDigest }: { readonly name: string; readonly specDigest: string },
): Promise<AuthoritySpec> {
  const { spec, digest } = await requireAuthority(stateDirectory, name);
  if (digest === specDigest) return spec;
  const message = `The recorded spec of ${name} has the digest ${digest}: it was changed`;
  throw invalid([{ path: 'specDigest', message }]);
}
