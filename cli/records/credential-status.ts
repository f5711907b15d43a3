// SPDX-License-Identifier: Apache-2.0
// The credentials of a box or cloud as the last rotation wrote them down. Asks no cloud.
import { join } from 'node:path';
import type { CredentialStatus } from '../../workflows/contracts/credentials/credential.ts';
import { parseStatusFile } from '../../workflows/contracts/credentials/credential.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import { subjectFolders } from '../../workflows/contracts/run/subject.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';
import { requireCloud, type CredentialSubject } from './cloud-records.ts';

/** Null before the first credential was issued. @throws CliError when the file cannot be read as one */
export async function credentialStatusOf(
  context: CommandContext,
  { kind, name }: CredentialSubject,
): Promise<readonly CredentialStatus[] | null> {
  const { io, stateDirectory } = context;
  const path = join(stateDirectory, subjectFolders[kind], name, 'credentials.json');
  const text = await io.readText(path);
  if (text === null) return null;
  const parsed = parseStatusFile(jsonOrNull(text));
  if (parsed.ok) return kind === 'box' ? parsed.value.users : marked(context, name, parsed.value.users);
  throw new CliError('failed', `${path} cannot be read as a status of credentials`, {
    details: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`),
    next: `holdfast credentials rotate ${name} --due`,
  });
}

/** Those of users that left the spec, which nothing has deleted yet, are told apart. */
async function marked(
  context: CommandContext,
  name: string,
  users: readonly CredentialStatus[],
): Promise<readonly CredentialStatus[]> {
  const listed = (await requireCloud(context, name)).users.map((user) => user.name);
  return users.map((status) =>
    listed.includes(status.user) ? status : { ...status, hasLeft: true as const },
  );
}
