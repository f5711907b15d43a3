// SPDX-License-Identifier: Apache-2.0
// The tables of nftables on this machine: the names of a box's own, and who else stands in the way of what is handed on.
import { Failure } from '../clients/failure.ts';
import { thisMachine } from './transport.ts';

/**
 * Of the ways to it. Dashes are no letters of an nftables name, and no box has an underscore in its own: two boxes never
 * share a table.
 */
export const tableOf = (box: string): string => `holdfast_${box.replaceAll('-', '_')}`;

/** Of the way from its external network into the world. No box's name begins with what stands before the underscore. */
export const externalTableOf = (box: string): string => `holdfastouter_${box.replaceAll('-', '_')}`;

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
  // Where there is nothing to list, older releases print nothing and no empty list.
  if (stdout.trim() === '') return [];
  const { nftables: entries } = JSON.parse(stdout) as {
    nftables: readonly { readonly chain?: ListedChain }[];
  };
  return entries.flatMap(({ chain }) => {
    if (chain?.hook !== 'forward' || !['ip', 'inet'].includes(chain.family)) return [];
    const { family, table, name, policy = 'accept' } = chain;
    return [{ family, table, chain: name, policy }];
  });
}

/**
 * Whether a table of family ip is there. Asks for that one: nft 1.0.6 ends in a broken heap when it lists tables of which
 * one has an owner. @throws Failure PreconditionFailed
 */
export async function hasIpTable(table: string): Promise<boolean> {
  const { exitCode, stderr } = await thisMachine.run(['nft', 'list', 'table', 'ip', table]);
  if (exitCode === 0) return true;
  if (/No such file or directory/.test(stderr)) return false;
  throw new Failure('PreconditionFailed', 'The rules of this machine cannot be read', {
    on: `nft list table ip ${table}`,
    cause: stderr.trim(),
  });
}
