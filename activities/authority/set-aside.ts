// SPDX-License-Identifier: Apache-2.0
// Takes an authority out of what is recorded: its records are kept whole, in a folder of their own. Removes nothing.
import { mkdir, rename } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { destroyedAuthorities } from '../../workflows/contracts/authority/server.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { subjectFolders } from '../../workflows/contracts/run/subject.ts';
import { authorityUserTexts } from '../clients/state/authority-users.ts';
import { namesIn } from '../clients/state/local-files.ts';
import { syncFolder } from '../clients/state/written-once.ts';

export async function authorityUserDifferences(state: string, authority: string): Promise<Difference[]> {
  const texts = await authorityUserTexts(state, authority);
  return texts.map((text) => ({
    what: `certificates of ${authority}`,
    have: text.split('; next: ')[0] ?? text,
    want: 'of no box',
  }));
}

export async function setAsideDifferences(state: string, authority: string): Promise<Difference[]> {
  const folder = join(subjectFolders.authority, authority);
  const isThere = (await namesIn(join(state, subjectFolders.authority))).includes(authority);
  return isThere ? [{ what: folder, have: 'recorded', want: `below ${destroyedAuthorities}` }] : [];
}

/** One rename. @idempotent a name that is used again is set aside beside the one before */
export async function setAside(state: string, authority: string): Promise<string> {
  const at = new Date().toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const from = join(state, subjectFolders.authority, authority);
  const to = join(state, destroyedAuthorities, `${authority}-${at}`);
  await mkdir(dirname(to), { recursive: true, mode: 0o700 });
  await rename(from, to);
  for (const path of [from, to]) await syncFolder(dirname(path));
  return to;
}
