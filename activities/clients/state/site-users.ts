// SPDX-License-Identifier: Apache-2.0
// Which recorded boxes take their packages from a mirror site, and for which boxes that is unknown. Changes nothing.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { suiteOfRelease, type BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import { subjectFolders } from '../../../workflows/contracts/run/subject.ts';
import { Failure } from '../failure.ts';
import { namesIn } from './local-files.ts';
import { readOwnJson, type OwnFile } from './own-files.ts';
import { readSpecOf } from './recorded-specs.ts';

/** A box whose spec names the site. */
interface SiteUser {
  readonly box: string;
  readonly spec: BoxSpec;
}

/** A box whose spec is absent, unreadable or malformed: it may name the site. */
interface UnknownUser {
  readonly box: string;
  /** A sentence that names the path. */
  readonly why: string;
}

export interface SiteUsers {
  readonly users: readonly SiteUser[];
  readonly unknown: readonly UnknownUser[];
}

/** Of all boxes of a state directory. @throws Failure Rejected when the folder of the boxes cannot be listed */
export async function usersOfSite(stateDirectory: string, site: string): Promise<SiteUsers> {
  const users: SiteUser[] = [];
  const unknown: UnknownUser[] = [];
  const folder = join(stateDirectory, subjectFolders.box);
  const boxes = await namesIn(folder).catch((cause: unknown) => {
    throw new Failure('Rejected', `It is unknown which boxes take their packages from ${site}`, {
      on: folder,
      cause,
      hint: `See what ${folder} is and who may read it, then give the command again`,
    });
  });
  for (const box of boxes.sort()) {
    for (const file of await specsOf(stateDirectory, box)) {
      const spec = specIn(file);
      if (typeof spec === 'string') unknown.push({ box, why: spec });
      else if (spec.debian !== undefined && 'site' in spec.debian && spec.debian.site === site)
        users.push({ box, spec });
    }
  }
  return { users, unknown };
}

/** The recorded one. A box without it has those that its installs were to work by: one of them may go on. */
async function specsOf(stateDirectory: string, box: string): Promise<OwnFile[]> {
  const recorded = await readSpecOf(stateDirectory, box);
  if (recorded.kind !== 'absent') return [recorded];
  const folder = join(subjectFolders.box, box, 'wanted');
  const names = await readdir(join(stateDirectory, folder)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  const wanted = await Promise.all(names.map((name) => readOwnJson(stateDirectory, join(folder, name))));
  return wanted.length === 0 ? [recorded] : wanted;
}

/** The spec, or the reason why it cannot be read. */
function specIn(file: OwnFile): BoxSpec | string {
  if (file.kind !== 'read') return file.why;
  const parsed = parseBoxSpec(file.value);
  if (parsed.ok) return parsed.value;
  const [issue] = parsed.issues;
  return `Its spec is damaged: ${issue?.path ?? ''}: ${issue?.message ?? ''}`;
}

/** For people, a sentence for each box that uses the site or may use it, with the next command. */
export const siteUserTexts = ({ users, unknown }: SiteUsers, site: string): string[] => [
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
