// SPDX-License-Identifier: Apache-2.0
// The tables of nftables on this machine: the names of a box's own, and who else stands in the way of what is handed on.
import { Failure } from '../clients/failure.ts';
import { thisMachine } from './transport.ts';

/**
 * Of the ways to it. Dashes are no letters of an nftables name, and no box has an underscore in its own: two boxes never
 * share a table.
 */
export const tableOf = (box: string): string => `holdfast_${box.replaceAll('-', '_')}`;

/** Of the way from its outer network into the world. No box's name begins with what stands before the underscore. */
export const outerTableOf = (box: string): string => `holdfastouter_${box.replaceAll('-', '_')}`;

/** Of any box of any state directory, and of Temporal's owner. */
export const isOurTable = (table: string): boolean => /^holdfast(outer)?_/.test(table);

/** A chain that every packet passes which this machine hands on. */
export interface ForwardChain {
  readonly family: string;
  readonly table: string;
  readonly chain: string;
  readonly policy: string;
}

interface ListedChain {
  readonly family: string;
  readonly table: string;
  readonly name: string;
  readonly hook?: string;
  readonly policy?: string;
}

/** In the order of nft. Those of iptables stand here too, unless it is the legacy one. @throws Failure PreconditionFailed */
export async function forwardChains(): Promise<ForwardChain[]> {
  const { exitCode, stdout, stderr } = await thisMachine.run(['nft', '--json', 'list', 'chains']);
  if (exitCode !== 0)
    throw new Failure('PreconditionFailed', 'The rules of this machine cannot be listed', {
      on: 'nft list chains',
      cause: stderr.trim(),
    });
  const { nftables } = JSON.parse(stdout) as { nftables: readonly { readonly chain?: ListedChain }[] };
  return nftables.flatMap(({ chain }) => {
    if (chain?.hook !== 'forward' || !['ip', 'inet'].includes(chain.family)) return [];
    const { family, table, name, policy = 'accept' } = chain;
    return [{ family, table, chain: name, policy }];
  });
}
