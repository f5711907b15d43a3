// SPDX-License-Identifier: Apache-2.0
// Which recorded boxes have something in their spec, and for which boxes that is unknown. Changes nothing.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { parseBoxSpec } from '../../../workflows/contracts/box/box-spec.schema.ts';
import { subjectFolders } from '../../../workflows/contracts/run/subject.ts';
import { Failure } from '../failure.ts';
import { namesIn } from './local-files.ts';
import { readOwnJson, type OwnFile } from './own-files.ts';
import { readSpecOf } from './recorded-specs.ts';

/** A box whose spec has it. */
interface SpecUser {
  readonly box: string;
  readonly spec: BoxSpec;
}

/** A box whose spec is absent, unreadable or malformed: it may have it. */
interface UnknownUser {
  readonly box: string;
  /** A sentence that names the path. */
  readonly why: string;
}

export interface SpecUsers {
  readonly users: readonly SpecUser[];
  readonly unknown: readonly UnknownUser[];
}

/**
 * Of all boxes of a state directory. `what` is unknown otherwise, for people: `which boxes take their packages from lab`.
 * @throws Failure Rejected when the folder of the boxes cannot be listed
 */
export async function specUsers(
  stateDirectory: string,
  what: string,
  isUser: (spec: BoxSpec) => boolean,
): Promise<SpecUsers> {
  const users: SpecUser[] = [];
  const unknown: UnknownUser[] = [];
  const folder = join(stateDirectory, subjectFolders.box);
  const boxes = await namesIn(folder).catch((cause: unknown) => {
    throw new Failure('Rejected', `It is unknown ${what}`, {
      on: folder,
      cause,
      hint: `See what ${folder} is and who may read it, then give the command again`,
    });
  });
  for (const box of boxes.sort()) {
    for (const file of await specsOf(stateDirectory, box)) {
      const spec = specIn(file);
      if (typeof spec === 'string') unknown.push({ box, why: spec });
      else if (isUser(spec)) users.push({ box, spec });
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
