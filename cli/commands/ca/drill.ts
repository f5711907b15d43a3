// SPDX-License-Identifier: Apache-2.0
// `holdfast ca drill compromise`: replaces an intermediate whose key counts as lost, and tells how long that took.
import { ceremonySubject } from '../../../workflows/contracts/authority/authority-spec.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, watchOptions, type Command, type CommandContext } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { authorityStatus } from '../../records/authority-status.ts';
import { authorityRecordsOf } from '../../records/ceremony-records.ts';
import { drillResult, openDrill } from '../../records/drill-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { drillLines } from '../../views/text/authority-text.ts';
import { authorityArgument } from './options.ts';

export const caDrill: Command = {
  words: ['ca', 'drill'],
  summary: 'replace the active intermediate as if its key were lost',
  arguments: [
    { name: 'what', text: 'compromise: the key of the active intermediate counts as lost' },
    authorityArgument,
  ],
  options: [
    { flags: '--reason <text>', text: 'why; people approve it with the revocation', group: 'Run' },
    ...runOptions,
    ...watchOptions,
  ],
  examples: ['ca drill compromise lab --reason "drill of March"'],
  run: async (context, [what = '', name = ''], options) => {
    if (what !== 'compromise')
      throw new CliError('usage', `There is no drill ${JSON.stringify(what)}; nothing was started`, {
        next: sameCommand(caDrill, ['compromise', name], { ...options, reason: options['reason'] ?? 'TEXT' }),
      });
    const { spec, digest } = await requireAuthority(context, name);
    const generation = (await openDrill(context, spec.name)) ?? (await lostGeneration(context, name));
    const next = spec.profile.generation;
    if (next <= generation)
      throw new CliError(
        'usage',
        `The recorded spec of ${name} describes no intermediate after ${generation}`,
        {
          details: [
            'its key counts as lost, so the next one needs another: intermediate.id, or another token',
          ],
          next: `Set profile.generation to ${generation + 1} and another intermediate.id, then: holdfast ca record FILE`,
        },
      );
    const why = options['reason'];
    if (options['attach'] !== true && (typeof why !== 'string' || why.trim() === ''))
      throw new CliError('usage', 'No reason is given; nothing was revoked', {
        next: sameCommand(caDrill, [what, name], { ...options, reason: 'TEXT' }),
      });
    const request = {
      operation: operations.drillCompromise,
      subject: ceremonySubject(name, generation),
      input: { name, generation, specDigest: digest, why, requestedBy: context.io.userName },
    };
    return runOperation(context, options, request, async () => {
      const result = await drillResult(context, name, generation);
      for (const line of result === null ? [] : drillLines(result)) context.io.stdout.write(`${line}\n`);
    });
  },
};

/** Where nothing serves, the newest that is valid. @throws CliError (exit 2) when none is */
async function lostGeneration(context: CommandContext, name: string): Promise<number> {
  const { spec } = await requireAuthority(context, name);
  const records = await authorityRecordsOf(context, name);
  if (records.active !== null) return records.active.generation;
  const { intermediates } = authorityStatus(spec, records, context.io.now());
  const newest = intermediates.findLast(({ state }) => state === 'sealed' || state === 'verified');
  if (newest !== undefined) return newest.generation;
  throw new CliError('usage', `${name} has no valid intermediate that could be lost; nothing was started`, {
    next: `holdfast ca status ${name}`,
  });
}
