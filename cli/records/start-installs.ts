// SPDX-License-Identifier: Apache-2.0
// Starts an install of every recorded box, so that boxes come back after a reboot. Watches none of them.
import { recordedBoxes, requireSpec } from './box-records.ts';
import { CliError } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import { withTemporal } from '../local/open-temporal.ts';
import { operations } from '../../workflows/operations/index.ts';
import { startOrAttach } from '../runs/start-or-attach.ts';
import { recordWanted } from './wanted-spec.ts';

/** Ids of the runs that were started or are there already; a box whose run has another input is left to it. */
export function startInstalls(context: CommandContext): Promise<string[]> {
  return withTemporal(context, async ({ client }) => {
    const ids: string[] = [];
    for (const name of await recordedBoxes(context)) {
      try {
        const spec = await requireSpec(context, name);
        const input = { ...(await recordWanted(context, spec)), takeOver: false };
        const request = { operation: operations.installBox, subject: name, input };
        ids.push((await startOrAttach(context, client, request)).id);
      } catch (error) {
        // One box that cannot be started must not keep the others off.
        if (!(error instanceof CliError)) throw error;
        context.io.stderr.write(`box ${name}: ${error.message}\n`);
      }
    }
    return ids;
  });
}
