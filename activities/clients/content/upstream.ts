// SPDX-License-Identifier: Apache-2.0
// One request to an upstream: within its budget, redirects followed, waits that it asks for kept. Judges no body.
import { Agent, interceptors, ProxyAgent, request, type Dispatcher } from 'undici';
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import { accessOf, ownAccessFiles, type AccessFiles } from '../machine/upstream-access.ts';
import { Failure } from '../failure.ts';
import type { HostBudget } from './host-budget.ts';

export type Answer = Dispatcher.ResponseData;

/**
 * Seconds without a byte before a connection counts as dead.
 * @source a slow mirror that packs a file anew sent its first byte after 12 s
 */
const silenceSeconds = 30;

/** Of an upstream that says neither how long to wait nor why. */
const defaultHoldSeconds = 30;

const waits = {
  headersTimeout: silenceSeconds * 1000,
  bodyTimeout: silenceSeconds * 1000,
  connect: { timeout: silenceSeconds * 1000 },
};

/** A login is not sent to another host that an upstream leads to. */
const withRedirects = (dispatcher: Dispatcher): Dispatcher =>
  dispatcher.compose(interceptors.redirect({ maxRedirections: 5 }));

const direct = withRedirects(new Agent(waits));

const proxied = new Map<string, Dispatcher>();

/** One for each proxy. A proxy is asked for plain http itself: most refuse a tunnel to port 80. */
function dispatcherOf(proxy: string | null): Dispatcher {
  if (proxy === null) return direct;
  const made =
    proxied.get(proxy) ?? withRedirects(new ProxyAgent({ ...waits, uri: proxy, proxyTunnel: false }));
  proxied.set(proxy, made);
  return made;
}

export interface Ask {
  readonly url: string;
  /** Default: GET. */
  readonly method?: 'GET' | 'HEAD' | 'POST';
  /** Of a POST. */
  readonly body?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly budget: HostBudget;
  readonly signal?: AbortSignal | undefined;
  /** Answers of 400 and above that are no refusal. Default: none. */
  readonly alsoTakes?: readonly number[];
  /** Default: those of this machine. */
  readonly files?: AccessFiles;
}

/** What an upstream said that is worth another request, and nothing else. */
export class Passing extends Error {
  override readonly name = 'Passing';
  constructor(
    readonly reason: string,
    /** The upstream named the time itself: its budget waits, and no try is used. */
    readonly isHeld: boolean,
  ) {
    super(reason);
  }
}

/**
 * Any answer below 400, and 416. The caller reads or dumps its body.
 * @throws Passing for silence, 5xx and 429; Failure Rejected for any other refusal
 */
export async function ask({
  url,
  method = 'GET',
  body,
  headers = {},
  budget,
  signal,
  alsoTakes = [],
  files,
}: Ask): Promise<Answer> {
  const host = hostOfUrl(url);
  const { proxy, authorization } = accessOf(files ?? (await ownAccessFiles()), url);
  await budget.take(host, signal);
  const answer = await request(url, {
    dispatcher: dispatcherOf(proxy),
    method,
    headers: {
      'accept-encoding': 'identity',
      'user-agent': 'holdfast',
      ...(authorization !== null && { authorization }),
      ...headers,
    },
    ...(body !== undefined && { body }),
    ...(signal !== undefined && { signal }),
  }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw new Passing(messageOf(error), false);
  });
  const { statusCode } = answer;
  if (statusCode < 400 || statusCode === 416 || alsoTakes.includes(statusCode)) return answer;
  await answer.body.dump().catch(() => undefined);
  const wait = retryAfterSeconds(answer.headers['retry-after'], Date.now());
  if (statusCode === 429 || (statusCode === 503 && wait !== null)) {
    await budget.hold(host, wait ?? defaultHoldSeconds);
    throw new Passing(`HTTP ${statusCode}`, true);
  }
  if (statusCode >= 500 || statusCode === 408) throw new Passing(`HTTP ${statusCode}`, false);
  throw new Failure('Rejected', `${host} refuses ${plainUrl(url)}`, {
    on: host,
    cause: `HTTP ${statusCode}`,
    hint: 'Correct the source in the file of the mirror, or wait until the upstream has the file, then refresh again',
  });
}

/** Seconds or a date; null for neither. */
export function retryAfterSeconds(header: string | string[] | undefined, now: number): number | null {
  const text = Array.isArray(header) ? header[0] : header;
  if (text === undefined) return null;
  if (/^\d+$/.test(text.trim())) return Number(text);
  const at = Date.parse(text);
  return Number.isNaN(at) ? null : Math.max(0, (at - now) / 1000);
}

export function silent(url: string, cause: string): Failure {
  return new Failure('Unreachable', `${hostOfUrl(url)} does not send ${plainUrl(url)}`, {
    on: hostOfUrl(url),
    cause,
    hint: 'Bring the upstream or the network back; the run goes on where it stood',
  });
}

/** Of undici's errors the code says more than the text; neither holds a header. */
export function messageOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const { code } = error as NodeJS.ErrnoException;
  return code === undefined ? error.message : `${code}: ${error.message}`;
}
