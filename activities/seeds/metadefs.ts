// SPDX-License-Identifier: Apache-2.0
// Loads the metadata definitions of Glance's package, which its schema leaves empty. What a person wrote there stays.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { MetadefsArgs, SeedsPort } from '../../workflows/ports/cloud/seeds.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import type { Host } from '../hosts/host.ts';
import { rejectionOf, runCommand } from '../run-command.ts';
import { applying, observing } from '../step-scope.ts';

export function metadefActivities({ inside }: Clients): Pick<SeedsPort, 'observeMetadefs' | 'loadMetadefs'> {
  return {
    observeMetadefs: observing(async (args) => missing(inside(args.box), args)),
    loadMetadefs: applying(async (args, scope) => {
      const host = inside(args.box);
      // It leaves out the namespaces that are there.
      const result = await runCommand(host, scope, { argv: [...args.argv], user: args.user });
      if (result.exitCode === 0) return undefined;
      const { message, facts } = rejectionOf(host, args.argv, result);
      throw new Failure('Rejected', message, facts);
    }),
  };
}

async function missing(host: Host, { folder }: MetadefsArgs): Promise<Difference[]> {
  const [wanted, rows] = await Promise.all([
    namespacesIn(host, folder),
    query(host, 'glance', 'SELECT namespace FROM metadef_namespaces'),
  ]);
  const present = new Set(rows.map(([name]) => name));
  return wanted
    .filter((name) => !present.has(name))
    .map((name) => ({ what: `metadata definitions ${name}`, have: 'absent', want: 'loaded' }));
}

/** @throws Failure Rejected for a file that is not what Glance loads */
async function namespacesIn(host: Host, folder: string): Promise<string[]> {
  const list = await host.output(['find', folder, '-name', '*.json']);
  const paths = list.split('\n').filter(Boolean).sort();
  const files = await host.readFiles(paths);
  return paths.map((path, index) => {
    const name = namespaceOf(files[index]?.content ?? '');
    if (name !== null) return name;
    throw new Failure('Rejected', `${path} names no namespace of metadata definitions`, { on: path });
  });
}

function namespaceOf(text: string): string | null {
  try {
    const { namespace } = JSON.parse(text) as { namespace?: unknown };
    return typeof namespace === 'string' ? namespace : null;
  } catch {
    return null;
  }
}
