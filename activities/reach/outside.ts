// SPDX-License-Identifier: Apache-2.0
// Whether other machines reach a box by the address of this one: it connects as they would. Changes no rule.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { OutsideArgs, ReachPort } from '../../workflows/ports/reach.ts';
import { Failure } from '../clients/failure.ts';
import { connects } from '../clients/machine/outside-probes.ts';
import { forwardChains, isOurTable } from '../hosts/nftables.ts';
import { thisMachine } from '../hosts/transport.ts';
import { observing } from '../step-scope.ts';
import connectFromOutside from './connect-from-outside.sh';
import probeOutside from './probe-outside.sh';

export function outsideActivities(): Pick<ReachPort, 'observeOutside'> {
  return { observeOutside: observing(outsideDifferences) };
}

/**
 * Ports that answer this machine and nobody else. Where no rule but ours stands before what is handed on there is nothing to
 * try. @throws Failure PreconditionFailed when it cannot be tried
 */
export async function outsideDifferences({ address, target, ports }: OutsideArgs): Promise<Difference[]> {
  const foreign = (await forwardChains()).filter(({ table }) => !isOurTable(table));
  if (foreign.length === 0) return [];
  const open: number[] = [];
  for (const port of ports) if (await connects(address, port)) open.push(port);
  if (open.length === 0) return [];
  const words = [connectFromOutside, address, ...open.map(String)];
  const outcome = await thisMachine.run(['bash', '-c', probeOutside, 'probe', ...words]);
  const silent = [...outcome.stdout.matchAll(/^silent (\d+)$/gm)].map(([, port]) => port ?? '');
  const answered = outcome.stdout.match(/^answered \d+$/gm) ?? [];
  if (silent.length + answered.length !== open.length)
    throw new Failure('PreconditionFailed', 'Whether other machines reach this one cannot be tried', {
      on: `${address} ports ${open.join(', ')}`,
      cause: outcome.stderr.trim() || `exit code ${outcome.exitCode}`,
    });
  if (silent.length === 0) return [];
  const chains = foreign.map(({ family, table, chain, policy }) => {
    const isDrop = policy === 'drop' ? ', which drops by default' : '';
    return `chain ${chain} of table ${family} ${table}${isDrop}`;
  });
  // In each chain: what one lets through, the next may drop.
  const allow = foreign.flatMap(({ family, table, chain }) =>
    ['daddr', 'saddr'].map((end) => `nft insert rule ${family} ${table} ${chain} ip ${end} ${target} accept`),
  );
  return [
    {
      what: `${address} for other machines, ports ${silent.join(', ')}`,
      have: `dropped by a firewall of this machine: ${chains.join('; ')}`,
      want: `handed on to ${target}; allow it: ${allow.join('; ')}`,
    },
  ];
}
