// SPDX-License-Identifier: Apache-2.0
// Makes sure that everything runs, then connects. Used before every command that asks Temporal.
import type { CommandContext } from './command.ts';
import { ensureUp } from './supervisor.ts';
import type { ReadyTemporal, TemporalClient } from './temporal-client.ts';

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
export async function withTemporal<T>(context: CommandContext, work: (open: OpenTemporal) => Promise<T>): Promise<T> {
  const open = await openTemporal(context);
  try {
    return await work(open);
  } finally {
    await open.client.close().catch(() => undefined);
  }
}
