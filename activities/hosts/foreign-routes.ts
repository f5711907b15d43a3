// SPDX-License-Identifier: Apache-2.0
// Routes and policy rules of this machine that lead packets for a box's network elsewhere. Only reads.
import { overlaps, parseCidr, type Cidr } from '../../workflows/contracts/box/cidr.ts';
import { Failure } from '../clients/failure.ts';
import { thisMachine } from './transport.ts';

export interface ForeignRoute {
  /** As `ip route` takes it. */
  readonly dst: string;
  /** A link, or what is done in place of one: `blackhole`. */
  readonly via: string;
  readonly table: string;
}

/** As `ip -j route show table all` has it; the main table is not named. */
interface ListedRoute {
  readonly dst: string;
  readonly dev?: string;
  readonly type?: string;
  readonly table?: string;
}

/** As `ip -j rule` has it. */
interface ListedRule {
  readonly priority: number;
  readonly table?: string;
  readonly fwmark?: string;
  readonly iif?: string;
}

/** Below it stands the rule for the main table, which has our route. @source ip-rule(8) */
const mainPriority = 32_766;

/**
 * Those that win over the route of our own link: more special ones in any table that a rule names, and any but a default one
 * in a table that is asked before the main one. Rules for marked packets or for one incoming link are not counted: they
 * are not of those who use the box. @throws Failure PreconditionFailed when the routes cannot be read
 */
export async function foreignRoutes(cidr: string, link: string): Promise<ForeignRoute[]> {
  const wanted = parseCidr(cidr);
  if (wanted === null) return [];
  const routes = await listed<ListedRoute>(['route', 'show', 'table', 'all']);
  const rules = (await listed<ListedRule>(['rule', 'show'])).filter(
    ({ fwmark, iif }) => fwmark === undefined && iif === undefined,
  );
  const isAsked = (table: string): boolean => rules.some((rule) => rule.table === table);
  const isAskedFirst = (table: string): boolean =>
    rules.some((rule) => rule.table === table && rule.priority < mainPriority);
  return routes.flatMap(({ dst, dev, type, table = 'main' }) => {
    const range = rangeOf(dst);
    // The table `local` is of addresses: links with an address in the range are a finding of their own.
    if (range === null || table === 'local' || dev === link || !overlaps(wanted, range)) return [];
    const isSpecial = range.prefix >= wanted.prefix ? isAsked(table) : isAskedFirst(table);
    return isSpecial ? [{ dst, via: dev ?? type ?? 'nobody', table }] : [];
  });
}

/** Null for `default`. */
const rangeOf = (dst: string): Cidr | null => parseCidr(dst.includes('/') ? dst : `${dst}/32`);

async function listed<T>(words: readonly string[]): Promise<T[]> {
  const { exitCode, stdout, stderr } = await thisMachine.run(['ip', '-4', '-j', ...words]);
  if (exitCode === 0) return (stdout.trim() === '' ? [] : JSON.parse(stdout)) as T[];
  throw new Failure('PreconditionFailed', 'The routes of this machine cannot be read', {
    on: `ip ${words.join(' ')}`,
    cause: stderr.trim(),
  });
}
