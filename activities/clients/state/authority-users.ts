// SPDX-License-Identifier: Apache-2.0
// The boxes that an authority may not be taken from under, in words. Changes nothing.
import { specUsers } from './spec-users.ts';

/**
 * A sentence for each box that has its certificate from the authority or may have it, with the next command.
 * @throws Failure Rejected when the folder of the boxes cannot be listed
 */
export async function authorityUserTexts(stateDirectory: string, authority: string): Promise<string[]> {
  const { users, unknown } = await specUsers(
    stateDirectory,
    `which boxes have their certificate from ${authority}`,
    ({ certificates }) => certificates.authority === authority,
  );
  return [
    ...[...new Set(users.map(({ box }) => box))].map(
      (box) =>
        `box ${box} has its certificate from ${authority}; next: take certificates.authority out of its spec, then ` +
        `holdfast box install FILE; or holdfast box destroy ${box}`,
    ),
    ...unknown.map(
      ({ box, why }) =>
        `box ${box} may have its certificate from ${authority}: ${why}; next: holdfast box install FILE records its ` +
        `spec anew; or holdfast box destroy ${box}`,
    ),
  ];
}
