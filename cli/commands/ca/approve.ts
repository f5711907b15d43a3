// SPDX-License-Identifier: Apache-2.0
// `holdfast ca approve`: prints the message that a person signs with an own ssh key, and hands the signature in. Signs nothing.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { approvalMessage, type Approved } from '../../../workflows/contracts/authority/approval.ts';
import {
  ceremonySubject,
  type CertificateProfile,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  ceremonyFiles,
  ceremonyFolder,
  type Ceremony,
} from '../../../workflows/contracts/authority/ceremony.ts';
import { parseRevocation } from '../../../workflows/contracts/authority/root-crl.schema.ts';
import {
  revocationFile,
  revocationFolder,
  revocationSubject,
} from '../../../workflows/contracts/authority/root-crl.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import type { Command, CommandContext, Options } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { ceremoniesOf, serialOf } from '../../records/ceremony-records.ts';
import { answerStep } from '../../runs/answer-step.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { authorityArgument } from './options.ts';

export const caApprove: Command = {
  words: ['ca', 'approve'],
  summary: 'approve a certificate or a revocation by your own ssh key',
  arguments: [authorityArgument],
  options: [
    { flags: '--as <name>', text: 'your name in the approvers of the spec', group: 'Answer' },
    {
      flags: '--signed <file>',
      text: 'hand in the message in this file, with its signature in FILE.sig; default: print the message',
      group: 'Answer',
    },
    {
      flags: '--revocation <generation-or-serial>',
      text: 'approve the revocation of this certificate; default: the certificate of the ceremony',
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
    const which = options['revocation'];
    const asked =
      typeof which === 'string'
        ? await revocationAsked(context, name, which)
        : await certificateAsked(context, name, spec.profile.generation);
    const file = options['signed'];
    if (typeof file !== 'string')
      return printMessage(
        context,
        asked,
        sameCommand(caApprove, [name], { ...options, signed: 'approval.txt' }),
      );
    const { at, signature } = await signedIn(context, file, asked.approved);
    const data = { approver, at, signature };
    await answerStep(context, asked.run, withoutFile(options), {
      waits: 'waits for an approval',
      becomes: () => `has the signature of ${approver}, and verifies it now`,
      isOne: ({ id: step, question }) => step.startsWith('approved.') && question !== undefined,
      answer: () => Promise.resolve({ action: 'answer', data }),
    });
    return exitCodes.done.code;
  },
};

/** What is to be approved, and the run that waits for it. */
interface Asked {
  readonly approved: Approved;
  readonly run: string;
  /** For the person who reads before signing. */
  readonly lines: readonly string[];
}

async function certificateAsked(context: CommandContext, name: string, generation: number): Promise<Asked> {
  const ceremony = ceremonySubject(name, generation);
  const digest = await digestOf(
    context,
    join(ceremonyFolder(name, generation), ceremonyFiles.toBeSigned),
    () => nothingYet(`The ceremony ${ceremony}`, `holdfast ca issue ${name}`),
  );
  const { profile } = await ceremonyOf(context, name, generation);
  return {
    approved: { ceremony, digest },
    run: operationId(operations.issueIntermediateCa, ceremony),
    lines: profileLines(profile),
  };
}

async function revocationAsked(context: CommandContext, name: string, which: string): Promise<Asked> {
  const serial = await serialOf(context, name, which);
  const subject = revocationSubject(name, serial);
  const folder = revocationFolder(name, serial);
  const refuse = (): never =>
    nothingYet(`The revocation ${subject}`, `holdfast ca revoke ${name} ${which} --reason TEXT`);
  const digest = await digestOf(context, join(folder, revocationFile), refuse);
  const text = await context.io.readText(join(context.stateDirectory, folder, revocationFile));
  const parsed = parseRevocation(jsonOrNull(text ?? ''));
  const { why, requestedBy } = parsed.ok ? parsed.value : refuse();
  return {
    approved: { revocation: subject, digest },
    run: operationId(operations.revokeCertificate, subject),
    lines: [
      'The revocation of a certificate, which cannot be taken back:',
      `  serial     ${serial}`,
      `  reason     ${why}`,
      `  asked by   ${requestedBy}`,
    ],
  };
}

function printMessage({ io }: CommandContext, { approved, lines }: Asked, handIn: string): number {
  const at = new Date(io.now()).toISOString().replace(/\.\d+Z$/, 'Z');
  io.stdout.write(approvalMessage({ ...approved, at }));
  for (const line of lines) io.stderr.write(`${line}\n`);
  io.stderr.write('Write the message into a file, sign it, and hand both in:\n');
  io.stderr.write('  ssh-keygen -Y sign -f ~/.ssh/id_ed25519 -n holdfast approval.txt\n');
  io.stderr.write(`next: ${typed(io, handIn)}\n`);
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
  const subject = ceremonySubject(name, generation);
  return found?.ceremony ?? nothingYet(`The ceremony ${subject}`, `holdfast ca issue ${name}`);
}

/** SHA-256 of the bytes themselves. */
async function digestOf(
  { io, stateDirectory }: CommandContext,
  path: string,
  refuse: () => never,
): Promise<string> {
  const bytes = await io.readBytes(join(stateDirectory, path));
  return bytes === null ? refuse() : createHash('sha256').update(bytes).digest('hex');
}

/** @throws CliError (exit 2) before there is anything */
function nothingYet(what: string, next: string): never {
  throw new CliError('usage', `${what} has nothing to approve yet`, { next });
}

/** @throws CliError (exit 2) for a message about other bytes, and for what is no signature */
async function signedIn(
  { io }: CommandContext,
  file: string,
  approved: Approved,
): Promise<{ at: string; signature: string }> {
  const read = async (path: string): Promise<string> => {
    const text = await io.readText(io.absolute(path));
    if (text === null) throw new CliError('usage', `There is no file ${path}; nothing was approved`);
    return text;
  };
  const message = await read(file);
  const at = /^at (\S+)$/m.exec(message)?.[1] ?? '';
  if (message !== approvalMessage({ ...approved, at }))
    throw new CliError('usage', `${file} is about something else; nothing was approved`, {
      details: [`to be approved is what has the SHA-256 ${approved.digest}`],
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

const withoutFile = ({ signed: _, as: __, revocation: ___, ...options }: Options): Options => options;
