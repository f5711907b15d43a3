// SPDX-License-Identifier: Apache-2.0
// What is known of a box from its record and its runs. Asks Temporal, never the box.
import { accessOf, type BoxAccess } from '../box-records.ts';
import { dashboardUrlOf, externalCidrOf, type BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { CommandContext } from '../../command.ts';
import type { Operation } from '../../../workflows/contracts/run/operation.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import type { RunDescription, TemporalClient } from '../../temporal/temporal-client.ts';
import type { BoxFacts } from '../../views/text/box-text.ts';

/** `unknown` when Temporal lost the runs or does not answer: the box itself may be well. */
type BoxPhase =
  | 'installing'
  | 'needs-operator'
  | 'installed'
  | 'failed'
  | 'cancelled'
  | 'destroying'
  | 'destroyed'
  | 'starting'
  | 'stopping'
  | 'stopped'
  | 'unknown';

/** The facts of a recorded box; `client` is null when Temporal does not answer. */
export async function factsOfBox(
  context: CommandContext,
  client: TemporalClient | null,
  spec: BoxSpec,
): Promise<BoxFacts> {
  const access: BoxAccess | null = await accessOf(context, spec.name);
  const phase = client === null ? 'unknown' : await phaseOfBox(client, spec.name);
  const { address } = spec.networks.management;
  const [dashboard, floatingIps] = [dashboardUrlOf(spec), externalCidrOf(spec)];
  const { name, services, release } = spec;
  return { name, phase, address, floatingIps, dashboard, access, services, release };
}

async function phaseOfBox(client: TemporalClient, name: string): Promise<BoxPhase> {
  const newestOf = async (...some: readonly Operation[]): Promise<RunDescription | undefined> => {
    const runs = await Promise.all(some.map((operation) => client.describe(operationId(operation, name))));
    return runs.filter((run) => run !== null).sort((a, b) => b.startedAt.localeCompare(a.startedAt))[0];
  };
  const made = await newestOf(operations.installBox, operations.destroyBox);
  const power = await newestOf(operations.startBox, operations.stopBox);
  if (made === undefined) return 'unknown';
  // A box that was made or removed since is not as it was switched before.
  const isPower = power !== undefined && power.startedAt > made.startedAt && made.status !== 'running';
  return (isPower ? powerPhase(power) : null) ?? madePhase(made);
}

/** Null where the box is as it was made. */
function powerPhase({ type, status, memo }: RunDescription): BoxPhase | null {
  const isStop = type === operations.stopBox.type;
  if (status === 'running') {
    if (memo?.phase === 'needs-operator') return 'needs-operator';
    return isStop ? 'stopping' : 'starting';
  }
  return isStop && status === 'completed' ? 'stopped' : null;
}

function madePhase({ type, status, memo }: RunDescription): BoxPhase {
  const removes = type === operations.destroyBox.type;
  if (status === 'running') {
    if (memo?.phase === 'needs-operator') return 'needs-operator';
    return removes ? 'destroying' : 'installing';
  }
  if (status === 'completed') return removes ? 'destroyed' : 'installed';
  return status === 'cancelled' ? 'cancelled' : 'failed';
}
