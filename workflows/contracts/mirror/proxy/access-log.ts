// SPDX-License-Identifier: Apache-2.0
// What the proxy of a mirror wrote down: who asked for which destination, and whether it was let through. Pure.

/** What squid writes of each request: seconds since 1970, client, method, host, port, status, bytes. */
export const logFormat = '%ts %>a %rm %>rd %>rP %>Hs %<st';

export interface AskedDestination {
  /** `host:port` */
  readonly destination: string;
  readonly host: string;
  readonly isDenied: boolean;
  readonly requests: number;
  readonly bytes: number;
  /** Addresses of those who asked, sorted. */
  readonly clients: readonly string[];
  /** Of the last request, seconds since 1970. */
  readonly lastAt: number;
}

interface Line {
  readonly at: number;
  readonly client: string;
  readonly host: string;
  readonly port: string;
  readonly bytes: number;
}

/** Of a host in the log, in small letters. */
export const hostPattern = '[a-z0-9._:[\\]-]{1,253}';

/** The steps themselves ask for it, to see that it is refused. */
const probeHost = 'holdfast-probe.invalid';

/** @source a host and a port as squid writes them; a request that it could not read has neither */
const linePattern = new RegExp(
  `^(\\d+) ([0-9a-f.:]+) [A-Z]+ (${hostPattern}) (\\d{1,5}) \\d{3} (\\d+)$`,
  'i',
);

function lineOf(text: string): Line | null {
  const [, at, client, host, port, bytes] = linePattern.exec(text) ?? [];
  if (at === undefined || client === undefined || host === undefined || port === undefined) return null;
  return { at: Number(at), client, host: host.toLowerCase(), port, bytes: Number(bytes) };
}

/** Others are refused of every host. */
export const allowedPorts: readonly string[] = ['80', '443'];

/** By destination, whichever was asked for last first. Lines that cannot be read, or are later than `until`, are left out. */
export function askedDestinations(
  text: string,
  isAllowed: (host: string) => boolean,
  until = Infinity,
): AskedDestination[] {
  const found = new Map<string, AskedDestination>();
  for (const each of text.split('\n')) {
    const line = lineOf(each);
    if (line === null || line.at > until || line.host === probeHost) continue;
    const destination = `${line.host}:${line.port}`;
    const before = found.get(destination);
    found.set(destination, {
      destination,
      host: line.host,
      // By the list of now: a server may refuse as well, and a host may be allowed since.
      isDenied: !isAllowed(line.host) || !allowedPorts.includes(line.port),
      requests: (before?.requests ?? 0) + 1,
      bytes: (before?.bytes ?? 0) + line.bytes,
      clients: [...new Set([...(before?.clients ?? []), line.client])].sort(),
      lastAt: Math.max(before?.lastAt ?? 0, line.at),
    });
  }
  return [...found.values()].sort((one, other) => other.lastAt - one.lastAt);
}

/** As squid reads the list: a name, or with a dot before it the name and all below it. */
export const isAllowedBy =
  (allowed: readonly string[]) =>
  (host: string): boolean =>
    allowed.some((each) => host === each || (each.startsWith('.') && `.${host}`.endsWith(each)));
