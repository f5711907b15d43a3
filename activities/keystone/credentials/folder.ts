// SPDX-License-Identifier: Apache-2.0
// Lays what is published into a folder of this machine, a file for each user, for programs that read credentials from files.
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { CredentialFolderArgs } from '../../../workflows/ports/cloud/credentials.ts';
import type { Clients } from '../../clients/index.ts';
import { Failure } from '../../clients/failure.ts';
import { readText, writeFileAtomically } from '../../clients/state/local-files.ts';
import type { CredentialAccess } from './access.ts';
import { readRecords } from './records.ts';

type FolderClients = Pick<Clients, 'stateDirectory'>;

const othersMayWrite = 0o022;

/** @throws Failure Rejected for a folder into which others write: they would choose what programs log in by */
export async function folderDifferences(
  { stateDirectory }: FolderClients,
  access: CredentialAccess,
  args: CredentialFolderArgs,
): Promise<Difference[]> {
  const want = await contentOf(access, args);
  if (want === null) return [];
  await requireOwnFolder(stateDirectory, args.folder);
  const path = pathOf(args);
  const have = await readText(path);
  if (have === want) return [];
  return [{ what: path, have: have === null ? 'absent' : 'another content', want: 'what is published' }];
}

export async function writeToFolder(
  { stateDirectory }: FolderClients,
  access: CredentialAccess,
  args: CredentialFolderArgs,
): Promise<string> {
  const want = await contentOf(access, args);
  if (want === null) return 'none is published';
  await requireOwnFolder(stateDirectory, args.folder);
  await writeFileAtomically(pathOf(args), want, 0o600);
  return pathOf(args);
}

const pathOf = ({ folder, user }: CredentialFolderArgs): string => join(folder, `${user.name}.json`);

/** As the files in a box have it, so that the same plugin of keystoneauth reads it. Null before the first publication. */
async function contentOf(access: CredentialAccess, args: CredentialFolderArgs): Promise<string | null> {
  const { published } = await readRecords(access.store, args);
  return published.value === null ? null : JSON.stringify(published.value);
}

async function requireOwnFolder(stateDirectory: string, folder: string): Promise<void> {
  const refuse = (cause: string) =>
    new Failure('Rejected', `Credentials are not laid into ${folder}`, {
      on: folder,
      cause,
      hint: `Make it a folder of the user of ${stateDirectory} that nobody else writes to: install -d -m 0755 ${folder}`,
    });
  const found = await stat(folder).catch((error: unknown) => {
    throw refuse(error instanceof Error ? error.message : String(error));
  });
  if (!found.isDirectory()) throw refuse('it is no folder');
  const { uid } = await stat(stateDirectory);
  if (found.uid !== uid) throw refuse(`it belongs to user ${found.uid}`);
  if ((found.mode & othersMayWrite) !== 0) throw refuse('others may write to it');
}
