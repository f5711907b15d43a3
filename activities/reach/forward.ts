// SPDX-License-Identifier: Apache-2.0
// Hands connections to an address of this machine on to a box, by a table of nftables that is the box's own.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { ReachArgs, ReachPort } from '../../workflows/ports/reach.ts';
import { Failure } from '../clients/failure.ts';
import { hasIpTable, tableOf } from '../hosts/nftables.ts';
import { thisMachine } from '../hosts/transport.ts';
import { applying, observing } from '../step-scope.ts';
import loadRules from './load-rules.sh';

export function reachActivities(): Pick<ReachPort, 'observeReach' | 'forwardReach'> {
  return {
    observeReach: observing(reachDifferences),
    forwardReach: applying(async (args) => {
      const forwards = forwardsOf(args);
      if (forwards.length === 0) await deleteTable(args.box);
      else await loadTable(args.box, forwards);
      return undefined;
    }),
  };
}

/** What arrives at an address of this machine and goes on to a box. */
interface Forward {
  readonly protocol: 'tcp' | 'udp';
  readonly address: string;
  readonly ports: readonly number[];
  readonly target: string;
}

/** The APIs where the spec has others reach them, and the one port of the tunnels. */
function forwardsOf({ address, target, ports, tunnel }: ReachArgs): Forward[] {
  const forwards: Forward[] = [];
  if (address !== null) forwards.push({ protocol: 'tcp', address, ports, target });
  if (tunnel !== undefined)
    forwards.push({ protocol: 'udp', address: tunnel.address, ports: [tunnel.port], target });
  return forwards;
}

export function reachDifferences(args: ReachArgs): Promise<Difference[]> {
  const forwards = forwardsOf(args);
  return forwards.length === 0 ? leftOvers(args.box) : differences(args.box, forwards);
}

async function differences(box: string, forwards: readonly Forward[]): Promise<Difference[]> {
  const forwarding = await thisMachine.run(['cat', '/proc/sys/net/ipv4/ip_forward']);
  const present = await presentForwards(box);
  const want = forwards.map(forwardText).join(', ');
  const routes: Difference[] =
    forwarding.stdout.trim() === '1'
      ? []
      : [{ what: 'IPv4 forwarding of this machine', have: 'off', want: 'on' }];
  const wrong = ['prerouting', 'output'].filter((chain) => present.get(chain) !== want);
  return [
    ...routes,
    ...wrong.map((chain) => ({
      what: `${chain} of nftables table ${tableOf(box)}`,
      have: present.get(chain) ?? 'absent',
      want,
    })),
  ];
}

async function loadTable(box: string, forwards: readonly Forward[]): Promise<void> {
  const load = ['sh', '-c', loadRules, 'holdfast-forward'];
  const outcome = await thisMachine.run(load, { stdin: ruleset(box, forwards) });
  const addresses = [...new Set(forwards.map(({ address }) => address))].join(', ');
  requireSuccess(outcome, `What arrives at ${addresses} cannot be handed on`);
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
  const [have = 'a table without rules'] = (await presentForwards(box)).values();
  return [
    { what: `nftables table ${table}`, have: `hands on ${have}`, want: 'absent: no address is in the spec' },
  ];
}

const portsText = (ports: readonly number[]): string => [...ports].sort((a, b) => a - b).join(', ');

const forwardText = ({ protocol, address, target, ports }: Forward): string =>
  `${address} ${protocol === 'udp' ? 'UDP ' : ''}ports ${portsText(ports)} to ${target}`;

/** One transaction: the old table goes and the new one comes, or nothing happens. */
function ruleset(box: string, forwards: readonly Forward[]): string {
  const name = tableOf(box);
  // As a number: older nft knows the word `dstnat` for one of the two hooks only.
  const hook = (name: string): string => `type nat hook ${name} priority -100;`;
  const rules = forwards.map(
    ({ protocol, address, ports, target }) =>
      `ip daddr ${address} ${protocol} dport { ${portsText(ports)} } dnat to ${target};`,
  );
  const rule = rules.join(' ');
  return `add table ip ${name}
delete table ip ${name}
table ip ${name} {
  chain prerouting { ${hook('prerouting')} ${rule} }
  chain output { ${hook('output')} ${rule} }
}
`;
}

interface Match {
  readonly left?: { readonly payload?: { readonly protocol?: string; readonly field?: string } };
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
async function presentForwards(box: string): Promise<ReadonlyMap<string, string>> {
  const outcome = await thisMachine
    .run(['nft', '--json', 'list', 'table', 'ip', tableOf(box)])
    .catch(() => null);
  if (outcome === null || outcome.exitCode !== 0) return new Map();
  const { nftables } = JSON.parse(outcome.stdout) as { nftables: readonly Entry[] };
  const found = new Map<string, string>();
  for (const { rule } of nftables) {
    if (rule === undefined) continue;
    // A rule that somebody added is part of the text, and so a difference.
    const before = found.get(rule.chain);
    const text = ruleText(rule.expr);
    found.set(rule.chain, before === undefined ? text : `${before}, ${text}`);
  }
  return found;
}

function ruleText(expressions: readonly Expression[]): string {
  const right = (field: string) =>
    expressions.find(({ match }) => match?.left?.payload?.field === field)?.match?.right;
  const ports = right('dport');
  const numbers = typeof ports === 'object' ? (ports.set ?? []) : [Number(ports)];
  const target = expressions.find(({ dnat }) => dnat !== undefined)?.dnat?.addr;
  const isUdp = expressions.some(({ match }) => match?.left?.payload?.protocol === 'udp');
  return `${String(right('daddr'))} ${isUdp ? 'UDP ' : ''}ports ${portsText(numbers)} to ${target ?? 'nobody'}`;
}
