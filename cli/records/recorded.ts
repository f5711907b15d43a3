// SPDX-License-Identifier: Apache-2.0
// What records of all kinds share: reading many of which one may be damaged, writing one, and the names that are known.
import { nearestName } from '../../workflows/contracts/run/nearest-name.ts';
import type { CommandContext } from '../command.ts';
import { CliError } from '../terminal/cli-error.ts';

export interface Recorded<Spec> {
  readonly specs: readonly Spec[];
  /** One for each record that cannot be read. */
  readonly damaged: readonly { readonly name: string; readonly error: CliError }[];
}

/** Of all names; one record's damage is that one's alone. `read` gives null where there is no spec. */
export async function allRecorded<Spec>(
  names: readonly string[],
  read: (name: string) => Promise<Spec | null>,
): Promise<Recorded<Spec>> {
  const specs: Spec[] = [];
  const damaged: { name: string; error: CliError }[] = [];
  for (const name of names) {
    try {
      const spec = await read(name);
      if (spec !== null) specs.push(spec);
    } catch (error) {
      if (!(error instanceof CliError)) throw error;
      damaged.push({ name, error });
    }
  }
  return { specs, damaged };
}

/** @idempotent @throws CliError when it cannot be written; `what` such as `authority lab` */
export async function writeSpec(
  { io, stateDirectory }: CommandContext,
  path: string,
  what: string,
  spec: object,
): Promise<void> {
  await io.writePrivate(path, `${JSON.stringify(spec)}\n`).catch((error: unknown) => {
    throw new CliError('failed', `The spec of ${what} cannot be recorded at ${path}`, {
      details: [`cause: ${error instanceof Error ? error.message : String(error)}`],
      next: `Run it as the owner of ${stateDirectory}, or name another state directory in HOLDFAST_STATE`,
    });
  });
}

/** What a refusal of a mistyped name says of those that are there; `what` such as `boxes`. */
export function knownNames(what: string, mistyped: string, known: readonly string[]): string[] {
  const near = nearestName(mistyped, known);
  const suggestion = near === undefined ? [] : [`Did you mean ${near}?`];
  return known.length === 0 ? [] : [...suggestion, `${what} recorded: ${known.join(', ')}`];
}
