// SPDX-License-Identifier: Apache-2.0
// Opens Temporal for a command: one that changes something starts what is dead, one that reads starts nothing.
import { CliError } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import { ensureUp, runningTemporal } from './supervisor.ts';
import type { ReadyTemporal, TemporalClient } from '../temporal/temporal-client.ts';

export interface OpenTemporal {
  readonly client: TemporalClient;
  readonly ready: ReadyTemporal;
}

/** Starts what is dead. @throws CliError, TemporalUnreachable */
export async function openTemporal(
  { io, connect }: CommandContext,
  say: (line: string) => void = (line) => io.stderr.write(`${line}\n`),
): Promise<OpenTemporal> {
  connect.prepare?.();
  const ready = await ensureUp(io, say);
  return { client: await connect(ready, io.environment), ready };
}

/** Opens Temporal for one piece of work, starting what is dead, and closes it whatever happens. */
export async function withTemporal<T>(
  context: CommandContext,
  work: (open: OpenTemporal) => Promise<T>,
): Promise<T> {
  return closedAfter(await openTemporal(context), work);
}

/** As withTemporal, for work that reads: starts nothing. @throws CliError (exit 4) when Temporal does not run */
export async function withRunningTemporal<T>(
  context: CommandContext,
  work: (open: OpenTemporal) => Promise<T>,
): Promise<T> {
  context.connect.prepare?.();
  const ready = await runningTemporal(context.io);
  if (ready === null)
    throw new CliError('unreachable', 'Temporal does not run; this command starts nothing', {
      next: 'holdfast up',
    });
  return closedAfter({ client: await context.connect(ready, context.io.environment), ready }, work);
}

/** As withRunningTemporal; when nothing answers it says so and hands over null, since the state directory knows the rest. */
export async function withTemporalIfThere<T>(
  context: CommandContext,
  work: (client: TemporalClient | null) => Promise<T>,
): Promise<T> {
  try {
    return await withRunningTemporal(context, ({ client }) => work(client));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.io.stderr.write(`${error.message}\n`);
    return work(null);
  }
}

async function closedAfter<T>(open: OpenTemporal, work: (open: OpenTemporal) => Promise<T>): Promise<T> {
  try {
    return await work(open);
  } finally {
    await open.client.close().catch(() => undefined);
  }
}
