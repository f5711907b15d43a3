// SPDX-License-Identifier: Apache-2.0
// Tells a person by the operator's own command or webhook that a run waits. Its failure is a result, never an error.
import type { Notice, NotifyResult, NotifyTarget, NotifyWays } from '../../workflows/contracts/run/notice.ts';
import { parseNotifyWays } from '../../workflows/contracts/run/notice.schema.ts';
import type { NotifyPort } from '../../workflows/ports/run/notify.ts';
import type { Clients } from '../clients/index.ts';
import { readNamedSpec, readStandingSpec } from '../clients/state/subject-specs.ts';
import { deepestCause } from '../clients/failure.ts';
import { postNotice, runNoticeCommand } from '../clients/machine/notice-ways.ts';
import { redact } from '../clients/redact.ts';
import { beating, pause } from '../step-scope.ts';

/** Pauses before another try, seconds. @source a chat server's restart takes some seconds; later a person is needed anyway */
const usualPausesSeconds = [2, 8];

export function noticeActivities({ stateDirectory }: Pick<Clients, 'stateDirectory'>): NotifyPort {
  return {
    sendNotice: ({ target, notice }) =>
      beating(async () => {
        const ways = await waysOf(stateDirectory, target);
        return 'why' in ways ? { outcome: 'failed', cause: ways.why } : tellAll(ways, notice);
      }),
  };
}

/** What the recorded spec says; a command that stands in the table itself, as earlier releases had it, is not run. */
export async function waysOf(
  stateDirectory: string,
  { subject, specDigest }: Partial<NotifyTarget>,
): Promise<NotifyWays | { readonly why: string }> {
  if (subject === undefined) return { why: 'The run names no recorded spec that says who is told' };
  const file =
    specDigest === undefined
      ? await readStandingSpec(stateDirectory, subject)
      : await readNamedSpec(stateDirectory, subject, specDigest);
  if (file.kind !== 'read') return { why: file.why };
  const parsed = parseNotifyWays(file.value);
  const what = `The recorded spec of ${subject.kind} ${subject.name}`;
  if (!parsed.ok) {
    const causes = parsed.issues.map(({ path, message }) => `${path}: ${message}`);
    return { why: `${what} is damaged: ${causes.join('; ')}` };
  }
  return parsed.value.notify ?? { why: `${what} names nobody` };
}

/** Every way is tried, side by side; the result names each that failed to the end. */
export async function tellAll(
  { command, webhook }: NotifyWays,
  notice: Notice,
  pausesSeconds: readonly number[] = usualPausesSeconds,
): Promise<NotifyResult> {
  const text = JSON.stringify({ ...notice, cause: redact(notice.cause) });
  const ways = [
    ...(command === undefined ? [] : [() => runNoticeCommand(command, text)]),
    ...(webhook === undefined ? [] : [() => postNotice(webhook, text)]),
  ];
  const ends = await Promise.all(ways.map((way) => tried(way, pausesSeconds)));
  const causes = ends.flatMap(({ cause }) => cause ?? []);
  return causes.length === 0 ? { outcome: 'sent' } : { outcome: 'failed', cause: causes.join('; ') };
}

async function tried(way: () => Promise<void>, pausesSeconds: readonly number[]): Promise<NotifyResult> {
  for (const seconds of [...pausesSeconds, null]) {
    try {
      await way();
      return { outcome: 'sent' };
    } catch (error) {
      if (seconds === null) return { outcome: 'failed', cause: reason(error) };
      await pause(seconds * 1000);
    }
  }
  return { outcome: 'failed' };
}

function reason(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  const cause = deepestCause(error);
  return redact(cause === undefined || message.includes(cause) ? message : `${message}: ${cause}`).slice(
    0,
    512,
  );
}
