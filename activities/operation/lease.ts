// SPDX-License-Identifier: Apache-2.0
// The lease of a subject as activities. Its files and its rules stand in hosts/lease.ts. Every error is a result.
import { activityInfo, cancellationSignal } from '@temporalio/activity';
import { hostsOf, subjectOfLease } from '../../workflows/contracts/run/subject.ts';
import type { OperationPort } from '../../workflows/ports/run/operation.ts';
import { asStepFailure, Failure } from '../clients/failure.ts';
import { giveBack, readHolder, renew, requireLease, take } from '../hosts/lease.ts';
import type { Clients } from '../clients/index.ts';
import { beating, ending, pause } from '../step-scope.ts';

/** @source design: renewed every 10 s, free for others after 60 s without */
const renewalMilliseconds = 10_000;
/** A holder that cannot renew for so long gives up before another run may take its lease. @source below those 60 s */
const unrenewedMilliseconds = 45_000;

type LeasePort = Pick<OperationPort, 'takeLease' | 'keepLease' | 'giveLeaseBack' | 'readLease'>;

export function leaseActivities({ host, namespace }: Clients): LeasePort {
  const liveJobs = async (target: string): Promise<number> => {
    const hosts = hostsOf(subjectOfLease(target));
    const lists = await Promise.all(
      hosts.map((ref) =>
        host(ref)
          .commands.live()
          .catch(() => []),
      ),
    );
    return lists.flat().length;
  };
  return {
    takeLease: ({ target, takeOver, nonce, ownEpoch }) =>
      beating(async () => {
        const { workflowId } = activityInfo().workflowExecution ?? { workflowId: '' };
        const own = ownEpoch === undefined ? {} : { ownEpoch };
        const request = { target, takeOver, nonce, namespace, workflowId, ...own };
        try {
          return await take(request, () => liveJobs(target));
        } catch (error) {
          return { outcome: 'failed', failure: asStepFailure(error, leaseOf(target)) };
        }
      }),
    keepLease: ({ target, epoch }) => beating(() => keep(target, epoch)),
    giveLeaseBack: ({ target, epoch }) =>
      beating(async () => {
        try {
          await giveBack(target, epoch);
          return { outcome: 'given-back' };
        } catch (error) {
          return { outcome: 'failed', failure: asStepFailure(error, leaseOf(target)) };
        }
      }),
    readLease: ({ target }) =>
      beating(async () => {
        try {
          return await readHolder(target);
        } catch (error) {
          throw ending(asStepFailure(error, leaseOf(target)));
        }
      }),
  };
}

const leaseOf = (target: string): string => `the lease of ${target}`;

/** Renews until the lease is given back or lost. Clocks of the wall play no part. */
async function keep(target: string, epoch: number): ReturnType<LeasePort['keepLease']> {
  let renewedAt = performance.now();
  for (;;) {
    try {
      if ((await renew(target, epoch)) === 'given-back') return { outcome: 'given-back' };
      renewedAt = performance.now();
    } catch (error) {
      const isOver = isLost(error) || performance.now() - renewedAt > unrenewedMilliseconds;
      if (isOver) return { outcome: 'lost', failure: asStepFailure(error, leaseOf(target)) };
    }
    await untilNextRenewal(target, epoch);
  }
}

/** Ends early when somebody changed the lease. @throws Error when the worker shuts down: the next attempt renews */
async function untilNextRenewal(target: string, epoch: number): Promise<void> {
  const until = performance.now() + renewalMilliseconds;
  while (performance.now() < until) {
    if (cancellationSignal().aborted) throw new Error('Detached from the lease');
    await pause(250);
    const isChanged = await requireLease(target, epoch).then(
      () => false,
      (error: unknown) => isLost(error),
    );
    if (isChanged) return;
  }
}

const isLost = (error: unknown): boolean => error instanceof Failure && error.code === 'Conflict';
