// SPDX-License-Identifier: Apache-2.0
// Hands connections to an address of this machine on to a box, by a table of nftables that is the box's own.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { OutsideArgs, ReachArgs, ReachPort } from '../../workflows/ports/reach.ts';
import { Failure } from '../clients/failure.ts';
import { hasIpTable, tableOf } from '../hosts/nftables.ts';
import { thisMachine } from '../hosts/transport.ts';
import { applying, observing } from '../step-scope.ts';
import loadRules from './load-rules.sh';

export function reachActivities(): Pick<ReachPort, 'observeReach' | 'forwardReach'> {
  return {
    observeReach: observing(reachDifferences),
    forwardReach: applying(async ({ address, ...others }) => {
      if (address === null) await deleteTable(others.box);
      else await loadTable({ ...others, address });
      return undefined;
    }),
  };
}

export const reachDifferences = ({ address, ...others }: ReachArgs): Promise<Difference[]> =>
  address === null ? leftOvers(others.box) : differences({ ...others, address });

async function differences(args: OutsideArgs): Promise<Difference[]> {
  const forwarding = await thisMachine.run(['cat', '/proc/sys/net/ipv4/ip_forward']);
  const present = await forwardsOf(args.box);
  const want = forwardText(args);
  const routes: Difference[] =
    forwarding.stdout.trim() === '1'
      ? []
      : [{ what: 'IPv4 forwarding of this machine', have: 'off', want: 'on' }];
  const wrong = ['prerouting', 'output'].filter((chain) => present.get(chain) !== want);
  return [
    ...routes,
    ...wrong.map((chain) => ({
      what: `${chain} of nftables table ${tableOf(args.box)}`,
      have: present.get(chain) ?? 'absent',
      want,
    })),
  ];
}

async function loadTable(args: OutsideArgs): Promise<void> {
  const load = ['sh', '-c', loadRules, 'holdfast-forward'];
  const outcome = await thisMachine.run(load, { stdin: ruleset(args) });
  requireSuccess(outcome, `Connections to ${args.address} cannot be handed on`);
}

async function deleteTable(box: string): Promise<void> {
  const table = tableOf(box);
  const outcome = await thisMachine.run(['nft', 'delete', 'table', 'ip', table]);
  requireSuccess(outcome, `The table ${table} cannot be deleted`);
}

function requireSuccess({ exitCode, stderr }: { exitCode: number; stderr: string }, what: string): void {
  if (exitCode === 0) return;
  throw new Failure('Rejected', what, { on: 'this machine', cause: stderr.trim() });
}

/** What an earlier spec had others reach. */
async function leftOvers(box: string): Promise<Difference[]> {
  const table = tableOf(box);
  if (!(await hasIpTable(table))) return [];
  const [have = 'a table without rules'] = (await forwardsOf(box)).values();
  return [
    { what: `nftables table ${table}`, have: `hands on ${have}`, want: 'absent: no address is in the spec' },
  ];
}

const portsText = (ports: readonly number[]): string => [...ports].sort((a, b) => a - b).join(', ');

const forwardText = ({ address, target, ports }: OutsideArgs): string =>
  `${address} ports ${portsText(ports)} to ${target}`;

/** One transaction: the old table goes and the new one comes, or nothing happens. */
function ruleset({ box, address, target, ports }: OutsideArgs): string {
  const name = tableOf(box);
  // As a number: older nft knows the word `dstnat` for one of the two hooks only.
  const hook = (name: string): string => `type nat hook ${name} priority -100;`;
  const rule = `ip daddr ${address} tcp dport { ${portsText(ports)} } dnat to ${target}`;
  return `add table ip ${name}
delete table ip ${name}
table ip ${name} {
  chain prerouting { ${hook('prerouting')} ${rule}; }
  chain output { ${hook('output')} ${rule}; }
}
`;
}

interface Match {
  readonly left?: { readonly payload?: { readonly field?: string } };
  readonly right?: string | number | { readonly set?: readonly number[] };
}

interface Expression {
  readonly match?: Match;
  readonly dnat?: { readonly addr?: string };
}

interface Entry {
  readonly rule?: { readonly chain: string; readonly expr: readonly Expression[] };
}

/** Chain → what it hands on to whom, in the words of `forwardText`. */
async function forwardsOf(box: string): Promise<ReadonlyMap<string, string>> {
  const outcome = await thisMachine
    .run(['nft', '--json', 'list', 'table', 'ip', tableOf(box)])
    .catch(() => null);
  if (outcome === null || outcome.exitCode !== 0) return new Map();
  const { nftables } = JSON.parse(outcome.stdout) as { nftables: readonly Entry[] };
  const found = new Map<string, string>();
  for (const { rule } of nftables) {
    if (rule === undefined) continue;
    const text = ruleText(rule.expr);
    // A second rule in a chain is nobody's of ours.
    found.set(rule.chain, found.has(rule.chain) ? 'several rules' : text);
  }
  return found;
}

function ruleText(expressions: readonly Expression[]): string {
  const right = (field: string) =>
    expressions.find(({ match }) => match?.left?.payload?.field === field)?.match?.right;
  const ports = right('dport');
  const numbers = typeof ports === 'object' ? (ports.set ?? []) : [Number(ports)];
  const target = expressions.find(({ dnat }) => dnat !== undefined)?.dnat?.addr;
  return `${String(right('daddr'))} ports ${portsText(numbers)} to ${target ?? 'nobody'}`;
}
