// SPDX-License-Identifier: Apache-2.0
// Reads from the kernel which user alone reaches which ports of the loopback. Changes nothing.
import { createHash } from 'node:crypto';
import { execa } from 'execa';
import { z } from 'zod';
import { portsOutside, type PortRange } from './port-ranges.ts';

/** Returns the name of the table of a state directory: the same each time, and of no other state directory. */
export function ownerTableOf(stateDirectory: string): string {
  return `holdfast_owner_${createHash('sha256').update(stateDirectory).digest('hex').slice(0, 12)}`;
}

/** What the kernel has of a rule. */
export interface OwnerRuleState {
  /** Undefined: nobody is refused. */
  readonly userId: number | undefined;
  readonly ports: readonly PortRange[];
}

const port = z.number().int();
const elementSchema = z.union([port, z.object({ range: z.tuple([port, port]) })]);
const listingSchema = z.object({
  nftables: z.array(
    z.object({
      set: z.object({ name: z.string(), elem: z.array(elementSchema).default([]) }).optional(),
      rule: z.object({ chain: z.string(), expr: z.array(z.unknown()) }).optional(),
    }),
  ),
});
const ownerSchema = z.object({
  match: z.object({
    op: z.literal('!='),
    left: z.object({ meta: z.object({ key: z.literal('skuid') }) }),
    right: z.union([z.number(), z.literal('root').transform(() => 0)]),
  }),
});

/** Returns the rule of a table as the kernel has it, or undefined when there is no such table. */
export async function readOwnerRule(table: string): Promise<OwnerRuleState | undefined> {
  // Not the table as a whole: nft 1.0.6 writes broken JSON of a table that has an owner.
  const set = await listed('set', table, 'ports');
  const chain = await listed('chain', table, 'output');
  if (set === undefined || chain === undefined) return undefined;
  const nftables = [...set, ...chain];
  const elements = nftables.flatMap(({ set }) => (set?.name === 'ports' ? set.elem : []));
  const expressions = nftables.flatMap(({ rule }) => (rule?.chain === 'output' ? rule.expr : []));
  const owner = expressions.map((each) => ownerSchema.safeParse(each)).find(({ success }) => success)?.data;
  const refuses = expressions.some((each) => typeof each === 'object' && each !== null && 'reject' in each);
  return {
    userId: refuses ? owner?.match.right : undefined,
    ports: elements.map((each) =>
      typeof each === 'number' ? { first: each, last: each } : { first: each.range[0], last: each.range[1] },
    ),
  };
}

/** Returns whether the kernel refuses everybody but this user at all these ports. */
export async function isCovered(table: string, userId: number, ports: readonly number[]): Promise<boolean> {
  const state = await readOwnerRule(table);
  return state?.userId === userId && portsOutside(state.ports, ports).length === 0;
}

/** Returns whether a rule is about all these ports. */
export function hasAll(state: OwnerRuleState, ports: readonly PortRange[]): boolean {
  return ports.every(({ first, last }) =>
    state.ports.some((range) => range.first <= first && range.last >= last),
  );
}

async function listed(kind: 'set' | 'chain', table: string, name: string) {
  const words = ['--json', '--numeric', 'list', kind, 'inet', table, name];
  const { failed, stdout } = await execa('nft', words, { reject: false, stdin: 'ignore' });
  return failed ? undefined : listingSchema.parse(JSON.parse(stdout)).nftables;
}
