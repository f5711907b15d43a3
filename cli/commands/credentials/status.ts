// SPDX-License-Identifier: Apache-2.0
// `holdfast credentials status`: generation, age and expiry of each service user's credential. Asks no cloud.
import { join } from 'node:path';
import type { CredentialStatus } from '../../../workflows/contracts/credentials/credential.ts';
import { parseStatusFile } from '../../../workflows/contracts/credentials/credential.schema.ts';
import { subjectFolders, subjectTitle } from '../../../workflows/contracts/run/subject.ts';
import { credentialSubjectOf, requireCloud, type CredentialSubject } from '../../records/cloud-records.ts';
import { outputOptions, type Command, type CommandContext } from '../../command.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { credentialLines } from '../../views/text/credential-text.ts';
import { credentialSubjectArgument } from './rotate.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';

export const credentialsStatus: Command = {
  words: ['credentials', 'status'],
  summary: 'show age and expiry of the application credentials of a cloud',
  arguments: [credentialSubjectArgument],
  options: outputOptions,
  examples: ['credentials status local-box', 'credentials status local-box --json'],
  run: async (context, [argument = ''], options) => {
    const { io } = context;
    const subject = await credentialSubjectOf(context, argument);
    const users = await credentialStatusOf(context, subject);
    if (options['json'] === true) io.stdout.write(`${JSON.stringify(users ?? [], null, 2)}\n`);
    else if (users === null || users.length === 0)
      io.stderr.write(
        `${subjectTitle(subject)} has no application credential yet; next: ${typed(io, firstCommand(subject))}\n`,
      );
    else for (const line of credentialLines(users, io.now())) io.stdout.write(`${line}\n`);
    return exitCodes.done.code;
  },
};

/** What makes the first ones. */
const firstCommand = ({ kind, name }: CredentialSubject): string =>
  kind === 'box' ? 'holdfast box install FILE' : `holdfast credentials rotate ${name}`;

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
