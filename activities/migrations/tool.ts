// SPDX-License-Identifier: Apache-2.0
// Whether a service's tool can migrate at all: it is there, it points to our databases, and what PostgreSQL refuses of it is mended or named.
import { iniValue } from '../../workflows/contracts/box/ini-value.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { MigrationsPort, ToolArgs } from '../../workflows/ports/cloud/migrations.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import { applying, observing } from '../step-scope.ts';

export function toolActivities({
  inside,
}: Clients): Pick<MigrationsPort, 'observeTool' | 'observeRepair' | 'repairTool'> {
  return {
    observeTool: observing(async (args) => {
      const refused = args.refused.filter(({ all }) => all === true);
      if (refused.length > 0)
        return refused.map(({ command, why }) => ({
          what: `${command} on PostgreSQL`,
          have: why,
          want: 'a package that can',
        }));
      const host = inside(args.box);
      const { exitCode } = await host.run(['sh', '-c', 'command -v "$1"', 'finding a tool', args.tool]);
      if (exitCode !== 0)
        return [{ what: `tool ${args.tool}`, have: 'absent', want: `of package ${args.package}` }];
      return [...(await urlDifferences(host, args)), ...(await databaseDifferences(host, args))];
    }),
    observeRepair: observing(async ({ box, path, find, why }) => {
      const [file] = await inside(box).readFiles([path]);
      const isWhole = file === undefined || file === null || !file.content.includes(find);
      return isWhole ? [] : [{ what: `${find} in ${path}`, have: why, want: 'mended' }];
    }),
    repairTool: applying(async ({ box, path, find, put }, scope) => {
      const host = inside(box);
      const [file] = await host.readFiles([path]);
      if (file === undefined || file === null) return undefined;
      await host.writeFiles(scope.fencingToken, [
        { ...file, path, content: file.content.replaceAll(find, put) },
      ]);
      return undefined;
    }),
  };
}

/** A URL is never told whole: it may hold a password. */
async function urlDifferences(host: Host, { urls }: ToolArgs): Promise<Difference[]> {
  const files = await host.readFiles(urls.map(({ path }) => path));
  return urls.flatMap(({ path, section, key, database }, index) => {
    const what = `[${section}] ${key} of ${path}`;
    const want = `postgresql, database ${database}`;
    const file = files[index];
    if (file === undefined || file === null) return [{ what, have: 'no such file', want }];
    const url = iniValue(file.content, section, key);
    if (url === null) return [{ what, have: 'not set', want }];
    const { kind, name } = partsOf(url);
    return kind === 'postgresql' && name === database
      ? []
      : [{ what, have: kind === 'postgresql' ? `postgresql, database ${name}` : kind, want }];
  });
}

/** @example postgresql+psycopg2://cinder@127.0.0.1/cinder?sslmode=verify-full */
function partsOf(url: string): { kind: string; name: string } {
  const [, kind = 'no URL', rest = ''] = /^([a-z0-9]+)(?:\+[a-z0-9_]+)?:\/\/(.*)$/.exec(url) ?? [];
  return { kind, name: /\/([^/?]+)(?:\?|$)/.exec(rest)?.[1] ?? '' };
}

async function databaseDifferences(host: Host, { urls, user }: ToolArgs): Promise<Difference[]> {
  const rows = await query(host, 'postgres', 'SELECT datname, pg_get_userbyid(datdba) FROM pg_database');
  const owners = new Map(rows.map(([name = '', owner = '']) => [name, owner]));
  return urls
    .filter(({ database }) => owners.get(database) !== user)
    .map(({ database }) => {
      const owner = owners.get(database);
      const have = owner === undefined ? 'absent' : `owned by ${owner}`;
      return { what: `database ${database}`, have, want: `owned by ${user}` };
    });
}
