// SPDX-License-Identifier: Apache-2.0
// Writes a report where a person wants it, or refuses by its path.
import { CliError } from '../terminal/cli-error.ts';
import type { Io } from '../terminal/io.ts';

/** Makes the folders above as well. @throws CliError when it cannot be written, with the cause */
export async function writeReport(io: Pick<Io, 'writeText'>, path: string, text: string): Promise<void> {
  try {
    await io.writeText(path, text);
  } catch (error) {
    throw new CliError('usage', `${path} cannot be written`, {
      details: [error instanceof Error ? error.message : String(error)],
      next: 'Name a place that can be written to',
    });
  }
}
