// SPDX-License-Identifier: Apache-2.0
// Makes sure that everything runs, then connects. Used before every command that asks Temporal.
import { CliError } from '../terminal/cli-error.ts';
import type { CommandContext } from '../command.ts';
import { ensureUp } from './supervisor.ts';
import type { ReadyTemporal, TemporalClient } from '../temporal/temporal-client.ts';

export interface OpenTemporal {
  readonly client: TemporalClient;
  readonly ready: ReadyTemporal;
}

/** @throws CliError, TemporalUnreachable */
export async function openTemporal(
  { io, connect }: CommandContext,
  say: (line: string) => void = (line) => io.stderr.write(`${line}\n`),
): Promise<OpenTemporal> {
  const ready = await ensureUp(io, say);
  return { client: await connect(ready, io.environment), ready };
}

/** Opens Temporal for one piece of work and closes it whatever happens. */
export async function withTemporal<T>(
  context: CommandContext,
  work: (open: OpenTemporal) => Promise<T>,
): Promise<T> {
  const open = await openTemporal(context);
  try {
    return await work(open);
  } finally {
    await open.client.close().catch(() => undefined);
  }
}

/** As withTemporal; when nothing answers it says so and hands over null, since the state directory knows the rest. */
export async function withTemporalIfThere<T>(
  context: CommandContext,
  work: (client: TemporalClient | null) => Promise<T>,
): Promise<T> {
  try {
    return await withTemporal(context, ({ client }) => work(client));
  } catch (error) {
    if (!(error instanceof CliError)) throw error;
    context.io.stderr.write(`${error.message}\n`);
    return work(null);
  }
}
