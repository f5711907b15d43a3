// SPDX-License-Identifier: Apache-2.0
// The lease of a box as activities. Its file and its rules stand in clients/host/lease.ts.
// Touches: machine directory
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import type { OperationPort } from '../../workflows/ports/operation.ts';
import { forgetLease, giveBack, readHolder, renew, take } from '../clients/host/lease.ts';
import type { Clients } from '../clients/index.ts';
import { beating, pause } from '../row-scope.ts';

/** @source design: renewed every 10 s, free for others after 60 s without */
const renewalMilliseconds = 10_000;

type LeasePort = Pick<OperationPort, 'takeLease' | 'keepLease' | 'giveLeaseBack' | 'readLease'>;

export function leaseActivities({ machine, inside, namespace }: Clients): LeasePort {
  const liveJobs = async (box: string): Promise<number> => {
    const lists = await Promise.all(
      [machine(box), inside(box)].map((host) => host.commands.live().catch(() => [])),
    );
    return lists.flat().length;
  };
  return {
    takeLease: ({ box, takeOver, nonce }) =>
      beating(() => {
        const { workflowId } = activityInfo().workflowExecution ?? { workflowId: '' };
        return take({ box, takeOver, nonce, namespace, workflowId }, () => liveJobs(box));
      }),
    keepLease: ({ box, epoch }) =>
      beating(async () => {
        for (;;) {
          const state = await renew(box, epoch);
          if (state !== 'held') return { outcome: state };
          const until = Date.now() + renewalMilliseconds;
          while (Date.now() < until) {
            // Shut down or timed out: the next attempt renews.
            if (cancellationSignal().aborted) throw new Error('Detached from the lease');
            await pause(250);
            if ((await readHolder(box)).epoch !== epoch || (await readHolder(box)).holder === null) break;
          }
        }
      }),
    giveLeaseBack: ({ box, epoch }) =>
      beating(async () => {
        await giveBack(box, epoch);
        await forgetLease(box);
      }),
    readLease: ({ box }) => beating(() => readHolder(box)),
  };
}
