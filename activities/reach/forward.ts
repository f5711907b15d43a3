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
      const { box, address } = args;
      const load = ['sh', '-c', loadRules, 'holdfast-forward'];
      const outcome =
        address === null
          ? await thisMachine.run(['nft', 'delete', 'table', 'ip', tableOf(box)])
          : await thisMachine.run(load, { stdin: ruleset(args) });
      if (outcome.exitCode === 0) return undefined;
      const what =
        address === null
          ? `The table ${tableOf(box)} cannot be deleted`
          : `Connections to ${address} cannot be handed on`;
      throw new Failure('Rejected', what, { on: 'this machine', cause: outcome.stderr.trim() });
    }),
  };
}

export const reachDifferences = (args: ReachArgs): Promise<Difference[]> =>
  args.address === null ? leftOvers(args.box) : differences(args);

async function differences(args: ReachArgs): Promise<Difference[]> {
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

const forwardText = ({ address, target, ports }: ReachArgs): string =>
  `${String(address)} ports ${portsText(ports)} to ${target}`;

/** One transaction: the old table goes and the new one comes, or nothing happens. */
function ruleset({ box, address, target, ports }: ReachArgs): string {
  const name = tableOf(box);
  // As a number: older nft knows the word `dstnat` for one of the two hooks only.
  const hook = (name: string): string => `type nat hook ${name} priority -100;`;
  const rule = `ip daddr ${String(address)} tcp dport { ${portsText(ports)} } dnat to ${target}`;
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
