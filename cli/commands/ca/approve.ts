// SPDX-License-Identifier: Apache-2.0
// `holdfast ca approve`: prints the message that a person signs with an own ssh key, and hands the signature in. Signs nothing.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { approvalMessage } from '../../../workflows/contracts/authority/approval.ts';
import {
  ceremonySubject,
  type CertificateProfile,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  ceremonyFiles,
  ceremonyFolder,
  type Ceremony,
} from '../../../workflows/contracts/authority/ceremony.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import type { Command, CommandContext, Options } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { ceremoniesOf } from '../../records/ceremony-records.ts';
import { answerStep } from '../../runs/answer-step.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { authorityArgument } from './options.ts';

export const caApprove: Command = {
  words: ['ca', 'approve'],
  summary: 'approve the certificate of a ceremony by your own ssh key',
  arguments: [authorityArgument],
  options: [
    { flags: '--as <name>', text: 'your name in the approvers of the spec', group: 'Answer' },
    {
      flags: '--signed <file>',
      text: 'hand in the message in this file, with its signature in FILE.sig; default: print the message',
      group: 'Answer',
    },
    { flags: '--reason <text>', text: 'why, kept in the history', group: 'Answer' },
  ],
  examples: ['ca approve lab --as alice > approval.txt', 'ca approve lab --as alice --signed approval.txt'],
  run: async (context, [name = ''], options) => {
    const { spec } = await requireAuthority(context, name);
    const approver = options['as'];
    if (typeof approver !== 'string' || !spec.approvers.some((each) => each.name === approver))
      throw new CliError('usage', `${name} has no such approver; nothing was approved`, {
        details: [`approvers: ${spec.approvers.map((each) => each.name).join(', ') || 'none are named'}`],
        next: 'Name yourself with --as NAME',
      });
    const ceremony = ceremonySubject(name, spec.profile.generation);
    const digest = await digestOf(context, name, spec.profile.generation);
    const file = options['signed'];
    if (typeof file !== 'string') {
      const { profile } = await ceremonyOf(context, name, spec.profile.generation);
      return printMessage(context, { name, approver, ceremony, digest, profile });
    }
    const { at, signature } = await signedIn(context, file, { ceremony, digest });
    const data = { approver, at, signature };
    const id = operationId(operations.issueIntermediateCa, ceremony);
    await answerStep(context, id, withoutFile(options), {
      waits: 'waits for an approval',
      becomes: () => `has the signature of ${approver}, and verifies it now`,
      isOne: ({ id: step, question }) => step.startsWith('approved.') && question !== undefined,
      answer: () => Promise.resolve({ action: 'answer', data }),
    });
    return exitCodes.done.code;
  },
};

interface Asked {
  readonly name: string;
  readonly approver: string;
  readonly ceremony: string;
  readonly digest: string;
  /** Of the ceremony: the station signs no bytes but those it leads to. */
  readonly profile: CertificateProfile;
}

function printMessage({ io }: CommandContext, { name, approver, ceremony, digest, profile }: Asked): number {
  const at = new Date(io.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  io.stdout.write(approvalMessage({ ceremony, digest, at }));
  for (const line of profileLines(profile)) io.stderr.write(`${line}\n`);
  io.stderr.write('Write the message into a file, sign it, and hand both in:\n');
  io.stderr.write('  ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n holdfast approval.txt\n');
  io.stderr.write(
    `next: ${typed(io, `holdfast ca approve ${name} --as ${approver} --signed approval.txt`)}\n`,
  );
  return exitCodes.done.code;
}

function profileLines({ subject, lifetime, permitted, excluded, crlUrl }: CertificateProfile): string[] {
  return [
    'The certificate of an authority:',
    `  subject    ${Object.values(subject).join(', ')}`,
    `  valid for  ${lifetime}`,
    `  certifies  ${permitted.join(' ')} and names below${excluded.length === 0 ? '' : `, not ${excluded.join(' ')}`}`,
    `  CRL        ${crlUrl}`,
  ];
}

/** @throws CliError (exit 2) before it began */
async function ceremonyOf(context: CommandContext, name: string, generation: number): Promise<Ceremony> {
  const found = (await ceremoniesOf(context, name)).find((each) => each.generation === generation);
  return found?.ceremony ?? nothingYet(name, generation);
}

/** SHA-256 of the bytes themselves. @throws CliError (exit 2) before there are any */
async function digestOf(
  { io, stateDirectory }: CommandContext,
  name: string,
  generation: number,
): Promise<string> {
  const path = join(stateDirectory, ceremonyFolder(name, generation), ceremonyFiles.toBeSigned);
  const bytes = await io.readBytes(path);
  if (bytes !== null) return createHash('sha256').update(bytes).digest('hex');
  return nothingYet(name, generation);
}

function nothingYet(name: string, generation: number): never {
  throw new CliError(
    'usage',
    `The ceremony ${ceremonySubject(name, generation)} has nothing to approve yet`,
    {
      next: `holdfast ca issue ${name}`,
    },
  );
}

/** @throws CliError (exit 2) for a message about other bytes, and for what is no signature */
async function signedIn(
  { io }: CommandContext,
  file: string,
  of: { readonly ceremony: string; readonly digest: string },
): Promise<{ at: string; signature: string }> {
  const read = async (path: string): Promise<string> => {
    const text = await io.readText(io.absolute(path));
    if (text === null) throw new CliError('usage', `There is no file ${path}; nothing was approved`);
    return text;
  };
  const message = await read(file);
  const at = /^at (\S+)$/m.exec(message)?.[1] ?? '';
  if (message !== approvalMessage({ ...of, at }))
    throw new CliError('usage', `${file} is about another certificate; nothing was approved`, {
      details: [`the certificate of ${of.ceremony} has bytes with the SHA-256 ${of.digest}`],
      next: 'Print the message again, read it, and sign that one',
    });
  const armoured =
    /^-----BEGIN SSH SIGNATURE-----\n([A-Za-z0-9+/=\n]+)\n-----END SSH SIGNATURE-----\s*$/.exec(
      await read(`${file}.sig`),
    );
  const signature = armoured?.[1]?.replaceAll('\n', '');
  if (signature === undefined) throw new CliError('usage', `${file}.sig holds no signature of ssh-keygen`);
  return { at, signature };
}

const withoutFile = ({ signed: _, as: __, ...options }: Options): Options => options;
