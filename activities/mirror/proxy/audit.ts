// SPDX-License-Identifier: Apache-2.0
// Who asked the proxy of a mirror for what, read from its log. Changes nothing.
import { open } from 'node:fs/promises';
import { join } from 'node:path';
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import {
  allowedPorts,
  askedDestinations,
  isAllowedBy,
  type AskedDestination,
} from '../../../workflows/contracts/mirror/proxy/access-log.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import {
  refusedDestinations as judged,
  type Verdict,
} from '../../../workflows/contracts/mirror/proxy/decision.ts';
import type { AuditArgs, ProxyArgs } from '../../../workflows/ports/mirror/proxy.ts';
import { Failure } from '../../clients/failure.ts';
import type { Site } from '../site.ts';

/** @source a line has 70 bytes: some 900,000 requests, the newest ones */
const logBytesMax = 64 * 1024 * 1024;

/** Where the log of a site lies, and whose it is. */
export type LoggedSite = Pick<Site, 'data' | 'box'>;

/** Until a time, in seconds since 1970. @throws Failure PreconditionFailed without a log: nobody can tell then that nothing was asked */
export async function asked(
  site: LoggedSite,
  { allow }: Pick<ProxyArgs, 'allow'>,
  until?: number,
): Promise<AskedDestination[]> {
  return askedDestinations(await lastOfLog(site), isAllowedBy(allow), until);
}

async function lastOfLog({ data, box }: LoggedSite): Promise<string> {
  const path = join(data, sitePaths.proxy, 'access.log');
  const file = await open(path, 'r').catch((cause: unknown) => {
    throw new Failure('PreconditionFailed', `The proxy of ${box} has written no log`, {
      on: path,
      cause,
      hint: `holdfast mirrors install ${box} has it run, once its spec has proxy`,
    });
  });
  try {
    const { size } = await file.stat();
    const length = Math.min(size, logBytesMax);
    const { buffer } = await file.read(Buffer.alloc(length), 0, length, size - length);
    return buffer.toString('utf8');
  } finally {
    await file.close();
  }
}

export const wordsOf = ({ requests, clients, lastAt, bytes }: AskedDestination): string => {
  const shown = clients.slice(0, 3).join(', ');
  const others = clients.length > 3 ? ` and ${clients.length - 3} more` : '';
  const last = new Date(lastAt * 1000).toISOString().replace('.000Z', 'Z');
  return `${requests} times by ${shown}${others}, last ${last}, ${bytesText(bytes)}`;
};

export const unknownDestinations = (site: LoggedSite, args: AuditArgs): Promise<Difference[]> =>
  deniedDestinations(site, args, ['open', 'port']);

export const refusedDestinations = (site: LoggedSite, args: AuditArgs): Promise<Difference[]> =>
  deniedDestinations(site, args, ['refused']);

async function deniedDestinations(
  site: LoggedSite,
  args: AuditArgs,
  verdicts: readonly Verdict[],
): Promise<Difference[]> {
  const refused = judged(await asked(site, args), args);
  return refused
    .filter(({ verdict }) => verdicts.includes(verdict))
    .map((each) => ({
      what: each.destination,
      have: `refused, ${wordsOf(each)}`,
      want: wantOf[each.verdict](site.box, each),
    }));
}

const wantOf: Readonly<Record<Verdict, (box: string, asked: AskedDestination) => string>> = {
  open: (box, { host }) => `holdfast mirrors allow ${box} ${host}, or holdfast mirrors refuse ${box} ${host}`,
  port: () => `port ${allowedPorts.join(' or ')}, or asked no more`,
  refused: (box, { host }) => `asked no more, or holdfast mirrors allow ${box} ${host}`,
};

export async function usedDestinations(site: Site, args: ProxyArgs): Promise<Difference[]> {
  const used = (await asked(site, args)).filter((each) => !each.isDenied);
  return used.map((each) => ({ what: each.destination, have: wordsOf(each), want: 'allowed' }));
}

export async function unusedHosts(site: Site, args: ProxyArgs): Promise<Difference[]> {
  const used = (await asked(site, args)).filter((each) => !each.isDenied);
  return args.allow
    .filter((allowed) => !used.some(({ host }) => isAllowedBy([allowed])(host)))
    .map((host) => ({ what: host, have: 'never asked for', want: 'asked for, or allowed no more' }));
}
