// SPDX-License-Identifier: Apache-2.0
// `holdfast credentials status`: generation, age and expiry of each service user's credential. Asks no cloud.
import { subjectTitle } from '../../../workflows/contracts/run/subject.ts';
import { credentialSubjectOf, type CredentialSubject } from '../../records/cloud-records.ts';
import { credentialStatusOf } from '../../records/credential-status.ts';
import { outputOptions, type Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { credentialLines } from '../../views/text/credential-text.ts';
import { credentialSubjectArgument } from './rotate.ts';
import { isForPrograms, isWide, writeDocument } from '../../terminal/output-format.ts';

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
    if (isForPrograms(options)) writeDocument(io, options, users ?? []);
    else if (users === null || users.length === 0)
      io.stderr.write(
        `${subjectTitle(subject)} has no application credential yet; next: ${typed(io, firstCommand(subject))}\n`,
      );
    else for (const line of credentialLines(users, io.now(), isWide(options))) io.stdout.write(`${line}\n`);
    return exitCodes.done.code;
  },
};

/** What makes the first ones. */
const firstCommand = ({ kind, name }: CredentialSubject): string =>
  kind === 'box' ? 'holdfast box install FILE' : `holdfast credentials rotate ${name}`;
