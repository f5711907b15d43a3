// SPDX-License-Identifier: Apache-2.0
// Ends the live commands of one step, or waits for them, wherever they run. Reports nothing: the apply does.
import { activityInfo } from '@temporalio/activity';
import type { StepContext } from '../../workflows/contracts/run/table.ts';
import { hostsOf, subjectOfLease, type HostRef } from '../../workflows/contracts/run/subject.ts';
import type { OperationPort } from '../../workflows/ports/run/operation.ts';
import type { Clients } from '../clients/index.ts';
import { asStepFailure, Failure } from '../clients/failure.ts';
import type { Host } from '../hosts/host.ts';
import { beating, ending } from '../step-scope.ts';

export function stopActivities({ host }: Clients): Pick<OperationPort, 'stopStep'> {
  return {
    stopStep: (_args, context) =>
      beating(async () => {
        try {
          for (const ref of hostsOfStep(context)) await stopOn(host(ref), context);
        } catch (error) {
          if (activityInfo().attempt < attemptsMax) throw error;
          throw ending(asStepFailure(error, context.step));
        }
      }),
  };
}

/** A step of a box that names no host works on both of the box's. */
const hostsOfStep = ({ hosts, lease, subject }: StepContext): readonly HostRef[] =>
  hosts ?? hostsOf(subjectOfLease(lease ?? subject));

/** A fault that passes has passed by then; whoever asked for the end waits for the answer. */
const attemptsMax = 5;

/** Above every attempt of an activity: what the step would start from now on is refused. */
const lastAttempt = 1_000_000;

async function stopOn(host: Host, { step, epoch, occurrence, cancel }: StepContext): Promise<void> {
  // A box that is off runs nothing; of a run that another one overtook nothing more begins anyway.
  const none = (error: unknown): [] => {
    if (error instanceof Failure && (error.code === 'Unreachable' || error.code === 'Conflict')) return [];
    throw error;
  };
  if (cancel === 'batch')
    await host.commands.overtake({ step, epoch, occurrence, attempt: lastAttempt }).catch(none);
  for (;;) {
    const [key] = await host.commands.live(step).catch(none);
    if (key === undefined) return;
    if (cancel === 'kill') await host.commands.stop(key);
    else await host.commands.wait(key, 5);
  }
}
