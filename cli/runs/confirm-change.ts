// SPDX-License-Identifier: Apache-2.0
// Asks before another spec than the recorded one is made true. Knows neither boxes nor mirrors.
import type { CommandContext, CommandOption, Options } from '../command.ts';
import { withRunningTemporal } from '../local/open-temporal.ts';
import { CliError } from '../terminal/cli-error.ts';
import { mayAsk } from '../terminal/confirm-name.ts';
import { operationId } from '../../workflows/operations/index.ts';
import type { Operation } from '../../workflows/contracts/run/operation.ts';
import { inputDifferences } from './input-difference.ts';
import { isForPrograms } from '../terminal/output-format.ts';

export const yesOption: CommandOption = {
  flags: '-y, --yes',
  text: 'make another spec than the recorded one true without asking',
  group: 'Confirmation',
};

export interface SpecChange {
  readonly operation: Operation;
  /** For people: `box lab`. */
  readonly what: string;
  /** Parsed; null: nothing is recorded, so that nothing changes. */
  readonly recorded: { readonly name: string } | null;
  readonly wanted: { readonly name: string };
  /** The command as it was typed, with --yes: `holdfast box install lab.yaml --yes`. */
  readonly command: string;
  /** The command that shows what changes. */
  readonly planCommand: string;
  /** Shows what the change does, where somebody watches; returns an exit code that ends the command, or 0. */
  readonly showPlan: () => Promise<number>;
}

/**
 * Returns 0 when the change may begin, else the exit code. Asks nothing when the specs are equal, or when a run is to be
 * attached to: that one was asked for already. @throws CliError (exit 2) when the change was not agreed to
 */
export async function confirmChange(
  context: CommandContext,
  options: Options,
  change: SpecChange,
): Promise<number> {
  const { what, recorded, wanted, command, planCommand } = change;
  if (options['attach'] === true || recorded === null) return 0;
  const changes = inputDifferences(recorded, wanted).map(
    ({ path, theirs, ours }) => `${path}: ${theirs} is recorded, ${ours} is asked for`,
  );
  if (changes.length === 0 || (await isRunning(context, change))) return 0;
  const isWatched = !isForPrograms(options) && options['detach'] !== true && options['quiet'] !== true;
  const isAgreed = options['yes'] === true;
  if (!isAgreed && !mayAsk(context.io, options)) {
    throw new CliError('usage', `Another spec of ${what} is recorded; nothing was started`, {
      details: changes,
      next: `${planCommand}, then ${command}`,
    });
  }
  if (!isAgreed)
    context.io.stderr.write(`${[`Another spec of ${what} is recorded:`, ...changes].join('\n  ')}\n`);
  const code = isWatched ? await change.showPlan() : 0;
  if (isAgreed || code !== 0) return code;
  const answer = await context.io.ask(`Change ${what} so? [y/N] `);
  if (/^y(es)?$/i.test(answer?.trim() ?? '')) return 0;
  throw new CliError('usage', `The change of ${what} was not agreed to; nothing was started`);
}

/** Nothing that answers runs nothing; what is started afterwards refuses another input by itself. */
async function isRunning(context: CommandContext, { operation, wanted }: SpecChange): Promise<boolean> {
  const id = operationId(operation, wanted.name);
  try {
    return await withRunningTemporal(context, async ({ client }) => {
      return (await client.describe(id))?.status === 'running';
    });
  } catch {
    return false;
  }
}
