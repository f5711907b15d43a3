// SPDX-License-Identifier: Apache-2.0
// Makes Nova's records name both cells by their true databases and broker. Compares by uuid and URLs, never by name.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { CellsArgs, NovaPort } from '../../workflows/ports/cloud/nova.ts';
import { Failure } from '../clients/failure.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { query } from '../clients/postgres/sql.ts';
import { runToSuccess } from '../run-command.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../step-scope.ts';

/** Nova's fixed id of the cell for servers that found no host. */
const cell0Uuid = '00000000-0000-0000-0000-000000000000';
/** Nova's URL of no broker. */
const noBroker = 'none:///';

interface Mapping {
  readonly uuid: string;
  readonly name: string;
  readonly brokerUrl: string;
  readonly databaseUrl: string;
  /** Compute hosts and servers that this record is the way to. */
  readonly uses: number;
}

type CellPort = Pick<NovaPort, 'observeCell0' | 'mapCell0' | 'observeCell' | 'ensureCell'>;

export function cellActivities({ inside }: Clients): CellPort {
  const mappingsAfterJobs = async ({ box }: CellsArgs, scope: StepScope): Promise<Mapping[]> => {
    const host = inside(box);
    if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
    return mappingsOf(host);
  };
  return {
    observeCell0: observing(async (args, scope) => {
      const found = (await mappingsAfterJobs(args, scope)).find(({ uuid }) => uuid === cell0Uuid);
      return cellDifferences('cell 0', found, { ...args.cell0, brokerUrl: noBroker });
    }),
    mapCell0: applying(async ({ box, cell0 }, scope) => {
      const host = inside(box);
      const isMapped = (await mappingsOf(host)).some(({ uuid }) => uuid === cell0Uuid);
      const urls = ['--database_connection', cell0.databaseUrl];
      const update = [
        'update_cell',
        '--cell_uuid',
        cell0Uuid,
        '--name',
        'cell0',
        '--transport-url',
        noBroker,
      ];
      await novaManage(host, scope, isMapped ? [...update, ...urls] : ['map_cell0', ...urls]);
      return undefined;
    }),
    observeCell: observing(async (args, scope) => {
      const others = (await mappingsAfterJobs(args, scope)).filter(({ uuid }) => uuid !== cell0Uuid);
      const chosen = chooseMapping(others, args);
      return [...cellDifferences(args.cell.name, chosen, args.cell), ...extraDifferences(others, chosen)];
    }),
    ensureCell: applying(async (args, scope) => {
      const host = inside(args.box);
      const others = (await mappingsOf(host)).filter(({ uuid }) => uuid !== cell0Uuid);
      const chosen = chooseMapping(others, args);
      const inUse = others.filter((each) => each !== chosen && each.uses > 0);
      if (inUse.length > 0) throw twoCellsInUse(host, inUse, chosen);
      await novaManage(host, scope, commandFor(args, others, chosen));
      return undefined;
    }),
  };
}

/** The record that is right already, else the one in use, else any. */
function chooseMapping(others: readonly Mapping[], { cell }: CellsArgs): Mapping | undefined {
  const isRight = (each: Mapping): boolean =>
    each.databaseUrl === cell.databaseUrl && each.brokerUrl === cell.brokerUrl;
  const byUse = [...others].sort((one, other) => other.uses - one.uses);
  return (
    byUse.find((each) => isRight(each) && each.uses > 0) ??
    byUse.find((each) => each.uses > 0) ??
    byUse.find(isRight) ??
    byUse[0]
  );
}

/** One change at a time: the look afterwards finds the next. Values of nova.conf serve where none is given. */
function commandFor({ cell }: CellsArgs, others: readonly Mapping[], chosen: Mapping | undefined): string[] {
  const urls = ['--transport-url', cell.brokerUrl, '--database_connection', cell.databaseUrl];
  if (chosen === undefined) return ['create_cell', '--name', cell.name, ...urls];
  const superfluous = others.find((each) => each !== chosen);
  if (superfluous !== undefined) return ['delete_cell', '--cell_uuid', superfluous.uuid];
  return ['update_cell', '--cell_uuid', chosen.uuid, '--name', cell.name, ...urls];
}

function cellDifferences(
  what: string,
  found: Mapping | undefined,
  want: { readonly databaseUrl: string; readonly brokerUrl: string },
): Difference[] {
  if (found === undefined) return [{ what, have: 'absent', want: 'mapped' }];
  return [
    ...(found.databaseUrl === want.databaseUrl
      ? []
      : [{ what: `database of ${what}`, have: found.databaseUrl, want: want.databaseUrl }]),
    ...(found.brokerUrl === want.brokerUrl
      ? []
      : [{ what: `broker of ${what}`, have: found.brokerUrl, want: want.brokerUrl }]),
  ];
}

const extraDifferences = (others: readonly Mapping[], chosen: Mapping | undefined): Difference[] =>
  others
    .filter((each) => each !== chosen)
    .map(({ uuid, name }) => ({ what: `cell ${uuid}`, have: `mapped as ${name}`, want: 'absent' }));

/** Empty while Nova's API database has no tables. */
async function mappingsOf(host: Host): Promise<Mapping[]> {
  const [table] = await query(host, 'nova_api', "SELECT to_regclass('public.cell_mappings') IS NOT NULL");
  if (table?.[0] !== 't') return [];
  const rows = await query(
    host,
    'nova_api',
    `SELECT c.uuid, c.name, c.transport_url, c.database_connection,
      (SELECT count(*) FROM host_mappings h WHERE h.cell_id = c.id)
      + (SELECT count(*) FROM instance_mappings i WHERE i.cell_id = c.id)
    FROM cell_mappings c ORDER BY c.id`,
  );
  return rows.map(([uuid = '', name = '', brokerUrl = '', databaseUrl = '', uses = '0']) => ({
    uuid,
    name,
    brokerUrl,
    databaseUrl,
    uses: Number(uses),
  }));
}

async function novaManage(host: Host, scope: StepScope, args: readonly string[]): Promise<void> {
  await runToSuccess(host, scope, { argv: ['nova-manage', 'cell_v2', ...args], user: 'nova' });
}

function twoCellsInUse(host: Host, inUse: readonly Mapping[], chosen: Mapping | undefined): Failure {
  const names = inUse
    .map(({ name, uuid, uses }) => `${name} (${uuid}, ${uses} hosts and servers)`)
    .join(', ');
  return new Failure('Conflict', `Another cell than ${chosen?.uuid ?? 'ours'} is in use: ${names}`, {
    on: host.name,
    cause: 'a cell with hosts or servers is never removed without a person',
  });
}
