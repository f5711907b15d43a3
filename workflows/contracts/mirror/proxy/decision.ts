// SPDX-License-Identifier: Apache-2.0
// Which hosts that the proxy refuses are undecided, the question to a person, and the lists with the answer. Pure.
import type { MirrorProxy } from '../mirror-spec.ts';
import type { Question } from '../../run/question.ts';
import { isAllowedBy, type AskedDestination } from './access-log.ts';

/**
 * How long a refresh waits for a decision, seconds; then it ends, and nothing is published.
 * @source a weekend and the working day after it
 */
export const decisionWaitSeconds = 259_200;

/** Until a person is notified again, seconds. */
export const decisionRemindSeconds = 86_400;

/** Hosts that one refresh asks about, the newest ones. @source as many as are shown whole with their clients */
const openHostsMax = 20;

export type Verdict = 'open' | 'refused' | 'port';

/** Of a destination that the proxy refuses: `port`: its host is allowed, and that port is of no host. */
function verdictOf({ host }: AskedDestination, { allow, refuse = [] }: Lists): Verdict {
  if (isAllowedBy(allow)(host)) return 'port';
  return isAllowedBy(refuse)(host) ? 'refused' : 'open';
}

type Lists = Pick<MirrorProxy, 'allow' | 'refuse'>;

export interface JudgedDestination extends AskedDestination {
  readonly verdict: Verdict;
}

/** Those that the proxy refuses, each with why. */
export const refusedDestinations = (asked: readonly AskedDestination[], lists: Lists): JudgedDestination[] =>
  asked.filter(({ isDenied }) => isDenied).map((each) => ({ ...each, verdict: verdictOf(each, lists) }));

/** The destinations of each host that is neither allowed nor refused, the host that was asked for last first. */
export function openHosts(
  asked: readonly AskedDestination[],
  lists: Lists,
): ReadonlyMap<string, readonly AskedDestination[]> {
  const found = new Map<string, AskedDestination[]>();
  for (const each of refusedDestinations(asked, lists)) {
    if (each.verdict !== 'open') continue;
    const before = found.get(each.host);
    if (before !== undefined) before.push(each);
    else if (found.size < openHostsMax) found.set(each.host, [each]);
  }
  return found;
}

const none = 'none';
const name = '\\.?[a-z0-9]([a-z0-9-]*[a-z0-9])?(\\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)+';

export const decisionQuestion: Question = {
  text: 'which of these hosts the proxy may let through; the others are refused for good',
  fields: {
    allow: { label: `hosts with a space between them, or ${none}`, pattern: `${none}|${name}( ${name})*` },
  },
};

/** The hosts of an answer. */
export const allowedOf = ({ allow = none }: Readonly<Record<string, string>>): readonly string[] =>
  allow === none ? [] : allow.split(' ');

/** One host more that is let through. */
export function allowing<P extends Lists>(proxy: P, host: string): P {
  const covers = isAllowedBy([host]);
  // What a line with a dot covers goes: squid takes no name twice.
  const isCovered = (each: string): boolean => covers(each.replace(/^\./, ''));
  const { allow, refuse } = proxy;
  return {
    ...proxy,
    allow: allow.includes(host) ? allow : [...allow.filter((each) => !isCovered(each)), host],
    ...(refuse !== undefined && { refuse: refuse.filter((each) => !isCovered(each)) }),
  };
}

/** One host more that is refused, and asked about no more. */
export function refusing<P extends Lists>(proxy: P, host: string): P {
  const { refuse = [] } = proxy;
  return refuse.includes(host) ? proxy : { ...proxy, refuse: [...refuse, host] };
}
