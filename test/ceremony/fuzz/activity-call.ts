// SPDX-License-Identifier: Apache-2.0
// Carries out an activity as a worker does, without one: the real function in Temporal's own context.
import { asyncLocalStorage, Context } from '@temporalio/activity';

type Activity = (args: unknown, context: unknown) => Promise<unknown>;

export function carryOut(
  activity: Activity,
  args: unknown,
  context: unknown,
  attempt: number,
): Promise<unknown> {
  const info = { attempt, heartbeatTimeoutMs: 600_000 };
  const cancelled = new Promise<never>(() => undefined);
  const none = undefined as never;
  const temporal = new Context(
    info as ConstructorParameters<typeof Context>[0],
    cancelled,
    new AbortController().signal,
    () => undefined,
    undefined,
    none,
    none,
    none,
  );
  return asyncLocalStorage.run(temporal, () => activity(args, context));
}
