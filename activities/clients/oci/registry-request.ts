// SPDX-License-Identifier: Apache-2.0
// One request to a registry that is written to. No redirect is followed and no login sent, unlike what asks upstreams.
import { request, type Dispatcher } from 'undici';
import { hostOfUrl, plainUrl } from '../../../workflows/contracts/mirror/content.ts';
import { Failure } from '../failure.ts';

/** Longest wait for an answer, milliseconds. @source a registry hashes a blob of 1 GiB in some ten seconds before it answers */
const answerMillisecondsMax = 300_000;

export type Answer = Dispatcher.ResponseData;

export interface RegistryRequest {
  readonly method: 'GET' | 'HEAD' | 'PATCH' | 'POST' | 'PUT';
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: Buffer;
  /** Not cut off by the signal. */
  readonly isWhole?: true;
}

/** An answer of a wanted status, its body dumped. @throws Failure Rejected for another status, Unreachable for none, 429 and 5xx; AbortError */
export async function askRegistry(
  url: string,
  { isWhole, ...asked }: RegistryRequest,
  wanted: readonly number[],
  signal: AbortSignal,
): Promise<Answer> {
  const limits = { headersTimeout: answerMillisecondsMax, bodyTimeout: answerMillisecondsMax };
  const whole = { ...asked, ...limits };
  const answer = await request(url, isWhole === true ? whole : { ...whole, signal }).catch(
    (cause: unknown) => {
      signal.throwIfAborted();
      throw silent(url, cause);
    },
  );
  const { statusCode } = answer;
  const isWanted = wanted.includes(statusCode);
  const text = isWanted ? '' : await shortText(answer);
  await answer.body.dump();
  if (isWanted) return answer;
  if (statusCode >= 500 || statusCode === 429) throw silent(url, new Error(`HTTP ${statusCode}`));
  if (statusCode === 401 || statusCode === 403)
    throw rejected(url, `HTTP ${statusCode}: it wants a login, which is not supported`);
  throw rejected(url, `HTTP ${statusCode} ${text}`);
}

/** Empty for a header that is absent, or there more than once. */
export function headerOf({ headers }: Answer, name: string): string {
  const value = headers[name];
  return typeof value === 'string' ? value : '';
}

/** @source errors of registries have a hundred bytes */
const shownBytes = 500;

async function shortText({ body }: Answer): Promise<string> {
  let text = '';
  for await (const chunk of body) {
    text += (chunk as Buffer).toString('utf8');
    if (text.length > shownBytes) break;
  }
  return text.slice(0, shownBytes).replaceAll(/[^ -~]+/g, ' ');
}

const silent = (url: string, cause: unknown): Failure =>
  new Failure('Unreachable', `The registry ${hostOfUrl(url)} does not answer`, { on: plainUrl(url), cause });

export const rejected = (url: string, cause: string): Failure =>
  new Failure('Rejected', `The registry ${hostOfUrl(url)} does not take what is pushed`, {
    on: plainUrl(url),
    cause,
    hint: 'Correct the address of the registry or what it allows, then push again',
  });
