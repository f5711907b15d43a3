// SPDX-License-Identifier: Apache-2.0
// Asks a box's PostgreSQL as its superuser, over its own socket. Holds no statement of its own.
import { Failure } from '../failure.ts';
import type { Host } from '../../hosts/host.ts';
import psql from './psql.sh';

/**
 * The steps of one statement, as texts. Values are spliced by the caller through `literal` and `identifier`.
 * @throws Failure Unreachable when the server does not answer; Rejected with its message when it says no
 */
export async function query(host: Host, database: string, statement: string): Promise<string[][]> {
  const options = ['--no-psqlrc', '--quiet', '--no-align', '--tuples-only', '--field-separator=\t'];
  const outcome = await host.run(
    ['sh', '-c', psql, 'holdfast', ...options, '--set=ON_ERROR_STOP=1', `--dbname=${database}`],
    { stdin: `${statement};\n` },
  );
  // psql: 2 is a connection that failed, 3 a statement that was refused
  if (outcome.exitCode === 2) {
    throw new Failure('Unreachable', `PostgreSQL does not answer for database ${database}`, {
      on: host.name,
      cause: outcome.stderr.trim(),
    });
  }
  if (outcome.exitCode !== 0) {
    throw new Failure('Rejected', `PostgreSQL refused a statement on ${database}`, {
      on: host.name,
      cause: outcome.stderr.trim(),
    });
  }
  return outcome.stdout
    .split('\n')
    .filter(Boolean)
    .map((line) => line.split('\t'));
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`;
}

export function identifier(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
