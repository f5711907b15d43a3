// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors status`: the revision that a mirror serves, its age and its size. Asks no mirror; of its proxy it reads the log.
import type { SeenDestinations } from '../../../workflows/contracts/mirror/proxy/seen-destinations.ts';
import { outputOptions, type Command, type CommandContext } from '../../command.ts';
import { askMachine } from '../../local/machine.ts';
import { mirrorStatus, requireMirror } from '../../records/mirror-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { mirrorLines } from '../../views/text/mirror-text.ts';
import { proxyLines, type ProxySeen } from '../../views/text/proxy-text.ts';
import { mirrorNameArgument } from './refresh.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const mirrorsStatus: Command = {
  words: ['mirrors', 'status'],
  summary: 'show the revision that a mirror serves, its age and its size',
  arguments: [mirrorNameArgument],
  options: outputOptions,
  examples: ['mirrors status local-mirror', 'mirrors status local-mirror --json'],
  run: async (context, [argument = ''], options) => {
    const { io } = context;
    const { name, proxy } = await requireMirror(context, argument);
    const status = await mirrorStatus(context, name);
    const seen = proxy === undefined ? null : await seenDestinations(context, name);
    if (isForPrograms(options))
      writeDocument(io, options, seen === null || status === null ? status : { ...status, proxy: seen });
    else if (status === null)
      io.stderr.write(
        `Mirror ${name} serves nothing yet; next: ${typed(io, `holdfast mirrors refresh ${name}`)}\n`,
      );
    else for (const line of mirrorLines(name, status, io.now())) io.stdout.write(`${line}\n`);
    if (seen !== null && !isForPrograms(options))
      for (const line of proxyLines(name, seen, io.now())) io.stdout.write(`${typed(io, line)}\n`);
    return exitCodes.done.code;
  },
};

/** A log that cannot be read hides nothing else that the mirror says of itself. */
async function seenDestinations({ io }: CommandContext, name: string): Promise<ProxySeen> {
  try {
    return await askMachine<SeenDestinations>(io, ['destinations', name]);
  } catch (error) {
    if (error instanceof CliError) return { cause: error.message };
    throw error;
  }
}
