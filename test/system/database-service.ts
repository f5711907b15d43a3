// SPDX-License-Identifier: Apache-2.0
// Gives a service that no install knows its role, databases, certificate and URL in a box, as its operator would. Migrates nothing.
import { join } from 'node:path';
import { issue } from '../../activities/clients/secrets/certificates.ts';
import { requireAuthority } from '../../activities/clients/secrets/authority.ts';
import { boxHost } from '../../activities/hosts/host.ts';
import { EmbeddedSecretStore } from '../../activities/clients/secrets/secret-store.ts';
import { query } from '../../activities/clients/postgres/sql.ts';
import type { DatabaseDriver } from '../../workflows/contracts/database/database-driver.ts';

export async function makeDatabases(box: string, { user, urls }: DatabaseDriver): Promise<void> {
  const host = boxHost(box);
  const roles = await query(host, 'postgres', `SELECT FROM pg_roles WHERE rolname = '${user}'`);
  if (roles.length === 0) await query(host, 'postgres', `CREATE ROLE ${user} LOGIN`).catch(() => undefined);
  await removeDatabases(box, { urls });
  for (const { database } of urls)
    await query(host, 'postgres', `CREATE DATABASE ${database} OWNER ${user} TEMPLATE template0`);
}

export async function removeDatabases(box: string, { urls }: Pick<DatabaseDriver, 'urls'>): Promise<void> {
  for (const { database } of urls)
    await query(boxHost(box), 'postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
}

/** Takes a database out of sight of the programs that use it; what is returned puts it back in the place of another. */
export async function keepAside(box: string, database: string): Promise<() => Promise<void>> {
  const host = boxHost(box);
  const kept = `${database}_kept`;
  const rename = async (from: string, to: string): Promise<void> => {
    await query(host, 'postgres', `ALTER DATABASE ${from} ALLOW_CONNECTIONS false`);
    const sessions = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '${from}'`;
    await query(host, 'postgres', sessions);
    await query(host, 'postgres', `ALTER DATABASE ${from} RENAME TO ${to}`);
    await query(host, 'postgres', `ALTER DATABASE ${to} ALLOW_CONNECTIONS true`);
  };
  await rename(database, kept);
  return async () => {
    await query(host, 'postgres', `DROP DATABASE IF EXISTS ${database} WITH (FORCE)`);
    await rename(kept, database);
  };
}

/** Appended: the last setting of a section counts, wherever it stands. */
export async function configureDatabases(
  stateDirectory: string,
  box: string,
  { user, urls }: DatabaseDriver,
): Promise<void> {
  const secrets = new EmbeddedSecretStore(join(stateDirectory, 'secrets'));
  const [certificatePath, keyPath] = ['pem', 'key'].map((end) => `/etc/ssl/holdfast/${user}.${end}`) as [
    string,
    string,
  ];
  const wanted = {
    id: user,
    commonName: user,
    usage: 'client' as const,
    addresses: [],
    names: [],
    certificatePath,
    keyPath,
    owner: user,
    group: user,
  };
  const pair = await issue(await requireAuthority(secrets, box), wanted, 30);
  const write = (path: string, text: string, script: string) =>
    boxHost(box).output(['sh', '-c', script, 'writing a file', path, user], { stdin: text });
  await write(certificatePath, pair.certificate, 'cat > "$1"; chown "$2" "$1"');
  await write(keyPath, pair.key, 'umask 077; cat > "$1"; chown "$2" "$1"');
  const tls = `sslmode=verify-full&sslrootcert=/etc/ssl/holdfast/ca.pem&sslcert=${certificatePath}&sslkey=${keyPath}`;
  for (const { path, section, key, database } of urls) {
    const url = `postgresql+psycopg2://${user}@127.0.0.1:5432/${database}?${tls}`;
    await write(path, `\n[${section}]\n${key} = ${url}\n`, 'cat >> "$1"');
  }
}

/** The tool itself, as the service's user, without a workflow around it. */
export async function runTool(box: string, user: string, argv: readonly string[]) {
  const as = ['setpriv', `--reuid=${user}`, `--regid=${user}`, '--init-groups', '--'];
  const { exitCode, stdout, stderr } = await boxHost(box).run([...as, ...argv], { timeoutSeconds: 120 });
  return { exitCode, said: `${stdout}${stderr}` };
}

/** As pg_dump prints it, without the records of the release by which it was born and of who migrated it. */
export async function schemaOf(box: string, database: string): Promise<string> {
  const as = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--'];
  const argv = [...as, 'pg_dump', '--restrict-key=none', '--schema-only', database];
  const text = await boxHost(box).output(argv, { timeoutSeconds: 120 });
  return text.replaceAll(/^(--.*|COMMENT ON (TABLE public\.alembic_version|SCHEMA public) .*)?\n/gm, '');
}
