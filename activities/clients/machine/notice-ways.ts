// SPDX-License-Identifier: Apache-2.0
// Two ways to hand a text to somebody: a program's stdin, an HTTP POST. One try each; repeats nothing.
import { request } from 'undici';
import { spawn } from '../../hosts/transport.ts';

/** Longest wait for either way, seconds. @source a person's patience with a hook; it is tried three times */
const waySeconds = 10;

/** @throws Error when the program cannot be started, ends badly or does not end in 10 s */
export async function runNoticeCommand(command: readonly string[], text: string): Promise<void> {
  const { exitCode, stderr } = await spawn('this machine', command, {
    stdin: `${text}\n`,
    timeoutSeconds: waySeconds,
  });
  if (exitCode === 0) return;
  const said = stderr.trim().slice(-200);
  throw new Error(`${command[0] ?? ''} ended with exit code ${exitCode}${said === '' ? '' : `: ${said}`}`);
}

/** @throws Error when nobody answers with 2xx in 10 s; it names the origin only, since a path may hold a key */
export async function postNotice(webhook: string, text: string): Promise<void> {
  const { origin } = new URL(webhook);
  const timeout = waySeconds * 1000;
  const answer = await request(webhook, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: text,
    headersTimeout: timeout,
    bodyTimeout: timeout,
    signal: AbortSignal.timeout(timeout),
  }).catch((cause: unknown) => {
    throw new Error(`${origin} did not take the notice`, { cause });
  });
  await answer.body.dump();
  if (answer.statusCode < 200 || answer.statusCode > 299)
    throw new Error(`${origin} answered HTTP ${answer.statusCode}`);
}
