// SPDX-License-Identifier: Apache-2.0
// Ends the live commands of one row, or waits for them, wherever they run. Reports nothing: the apply does.
import { activityInfo } from '@temporalio/activity';
import type { RowContext } from '../../workflows/contracts/run/table.ts';
import { hostsOf, subjectOfLease, type HostRef } from '../../workflows/contracts/run/subject.ts';
import type { OperationPort } from '../../workflows/ports/operation.ts';
import type { Clients } from '../clients/index.ts';
import { asRowFailure, Failure } from '../clients/failure.ts';
import type { Host } from '../hosts/host.ts';
import { beating, ending } from '../row-scope.ts';

export function stopActivities({ host }: Clients): Pick<OperationPort, 'stopRow'> {
  return {
    stopRow: (_args, context) =>
      beating(async () => {
        try {
          for (const ref of hostsOfStep(context)) await stopOn(host(ref), context);
        } catch (error) {
          if (activityInfo().attempt < attemptsMax) throw error;
          throw ending(asRowFailure(error, context.row));
        }
      }),
  };
}

/** A step of a box that names no host works on both of the box's. */
const hostsOfStep = ({ hosts, lease, subject }: RowContext): readonly HostRef[] =>
  hosts ?? hostsOf(subjectOfLease(lease ?? subject));

/** A fault that passes has passed by then; whoever asked for the end waits for the answer. */
const attemptsMax = 5;

/** Above every attempt of an activity: what the row would start from now on is refused. */
const lastAttempt = 1_000_000;

async function stopOn(host: Host, { row, epoch, occurrence, cancel }: RowContext): Promise<void> {
  // A box that is off runs nothing; of a run that another one overtook nothing more begins anyway.
  const none = (error: unknown): [] => {
    if (error instanceof Failure && (error.code === 'Unreachable' || error.code === 'Conflict')) return [];
    throw error;
  };
  if (cancel === 'batch')
    await host.commands.overtake({ row, epoch, occurrence, attempt: lastAttempt }).catch(none);
  for (;;) {
    const [key] = await host.commands.live(row).catch(none);
    if (key === undefined) return;
    if (cancel === 'kill') await host.commands.stop(key);
    else await host.commands.wait(key, 5);
  }
}
