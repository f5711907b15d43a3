// SPDX-License-Identifier: Apache-2.0
// Which recorded boxes take their packages from a mirror site, and for which boxes that is unknown. Changes nothing.
import { suiteOfRelease } from '../../../workflows/contracts/box/box-spec.ts';
import { Failure } from '../failure.ts';
import { specUsers, type SpecUsers } from './spec-users.ts';

/** Of all boxes of a state directory. @throws Failure Rejected when the folder of the boxes cannot be listed */
export const usersOfSite = (stateDirectory: string, site: string): Promise<SpecUsers> =>
  specUsers(
    stateDirectory,
    `which boxes take their packages from ${site}`,
    ({ debian }) => debian !== undefined && 'site' in debian && debian.site === site,
  );

/** For people, a sentence for each box that uses the site or may use it, with the next command. */
export const siteUserTexts = ({ users, unknown }: SpecUsers, site: string): string[] => [
  ...[...new Set(users.map(({ box }) => box))].map(
    (box) =>
      `box ${box} takes its packages from ${site}; next: name another source under debian in its spec, then ` +
      `holdfast box install FILE; or holdfast box destroy ${box}`,
  ),
  ...unknown.map(
    ({ box, why }) =>
      `box ${box} may take its packages from ${site}: ${why}; next: holdfast box install FILE records its spec ` +
      `anew; or holdfast box destroy ${box}`,
  ),
];

/** Names of suites, as they are and as they are to be. */
interface SuiteChange {
  readonly served: readonly string[];
  readonly next: readonly string[];
}

/**
 * A box whose suite is no longer served could neither be compared nor dumped.
 * @throws Failure PreconditionFailed naming the boxes of a suite that is to go, and those for which it is unknown
 */
export async function requireSuites(
  stateDirectory: string,
  site: string,
  { served, next }: SuiteChange,
): Promise<void> {
  const gone = served.filter((suite) => !next.includes(suite));
  if (gone.length === 0) return;
  const found = await usersOfSite(stateDirectory, site);
  const users = found.users.filter(({ spec }) => gone.includes(suiteOfRelease[spec.release]));
  const texts = siteUserTexts({ users, unknown: found.unknown }, site);
  if (texts.length === 0) return;
  throw new Failure(
    'PreconditionFailed',
    `Boxes need ${gone.join(', ')}, which ${site} would serve no more`,
    {
      on: site,
      cause: texts.map((text) => text.split('; next: ')[0]).join('; '),
      hint: `What is served stays as it is. Name the suite in a source of the mirror, then holdfast mirrors install FILE`,
    },
  );
}
