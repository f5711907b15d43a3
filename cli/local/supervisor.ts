// SPDX-License-Identifier: Apache-2.0
// Asks the supervisor for up and down and says what it did. Starts nothing by itself.
import { CliError } from '../terminal/cli-error.ts';
import type { Io } from '../terminal/io.ts';
import type { ReadyTemporal } from '../temporal/temporal-client.ts';

/** One line of the supervisor, as workers/embedded/supervise-events.ts promises it. */
export type SupervisorEvent =
  | { readonly type: 'progress'; readonly text: string }
  | {
      readonly type: 'started' | 'already-running' | 'stopped';
      readonly what: 'temporal' | 'ui' | 'worker' | 'watch';
      readonly pid: number;
      readonly address?: string;
    }
  | ({ readonly type: 'ready' } & ReadyTemporal)
  | {
      readonly type: 'error';
      readonly code: string;
      readonly message: string;
      readonly cause?: string;
      readonly hint: string;
    };

const names = { temporal: 'Temporal', ui: 'its UI', worker: 'the worker', watch: 'their watch' } as const;

/**
 * Starts whatever is dead; a line about it goes to `say`, and none when all was well.
 * @throws CliError with the supervisor's own words
 */
export async function ensureUp(io: Io, say: (line: string) => void): Promise<ReadyTemporal> {
  const started: string[] = [];
  const events = await superviseEvents(io, 'up', (event) => {
    if (event.type === 'progress') say(event.text);
    if (event.type === 'started' && event.what !== 'watch')
      started.push(`${names[event.what]} (pid ${event.pid})`);
  });
  if (started.length > 0) say(`Not everything was running: started ${started.join(' and ')}`);
  const ready = events.find((event) => event.type === 'ready');
  if (ready?.type !== 'ready')
    throw new CliError('bug', 'The supervisor ended without saying where Temporal is');
  return ready;
}

/** As workers/embedded/supervision.ts promises it. */
interface SupervisorStatus {
  readonly temporal: {
    readonly state: 'running' | 'stopped' | 'configured';
    readonly died?: true;
    readonly address?: string;
    readonly namespace?: string;
    readonly uiUrl?: string;
  };
  readonly worker: { readonly state: 'running' | 'stopped'; readonly died?: true };
}

/** Where Temporal is, or null when it does not run; starts nothing. @throws CliError */
export async function runningTemporal(io: Io): Promise<ReadyTemporal | null> {
  const { state, address, namespace = 'default', uiUrl } = (await statusOf(io)).temporal;
  if (state === 'stopped' || address === undefined) return null;
  const mode = state === 'configured' ? 'configured' : 'embedded';
  return { address, namespace, mode, ...(uiUrl !== undefined && { uiUrl }) };
}

/** True when Temporal or the worker was stopped on purpose: it is not for a watcher to start it again. */
export async function isStoppedOnPurpose(io: Io): Promise<boolean> {
  const { temporal, worker } = await statusOf(io);
  return [temporal, worker].some(({ state, died }) => state === 'stopped' && died !== true);
}

async function statusOf(io: Io): Promise<SupervisorStatus> {
  const events: SupervisorEvent[] = [];
  const documents: unknown[] = [];
  const end = await io.supervise('status', (line) => {
    const event = parseEvent(line);
    if (event?.type === 'error') events.push(event);
    else if (event !== null) documents.push(event);
  });
  requireNoFailure(events, end);
  const [status] = documents as SupervisorStatus[];
  if (status?.temporal === undefined) throw new CliError('bug', 'The supervisor did not say what runs');
  return status;
}

/**
 * Runs one command of the supervisor and returns all its events.
 * @throws CliError with the message, deepest cause and hint of its `error` event
 */
export async function superviseEvents(
  io: Io,
  command: 'up' | 'down',
  onEvent: (event: SupervisorEvent) => void,
): Promise<SupervisorEvent[]> {
  const events: SupervisorEvent[] = [];
  const end = await io.supervise(command, (line) => {
    const event = parseEvent(line);
    if (event === null) return;
    events.push(event);
    onEvent(event);
  });
  requireNoFailure(events, end);
  return events;
}

function requireNoFailure(
  events: readonly SupervisorEvent[],
  end: { readonly exitCode: number; readonly stderr: string },
): void {
  const failure = events.find((event) => event.type === 'error');
  if (failure?.type === 'error') {
    throw new CliError(end.exitCode === 4 ? 'unreachable' : 'failed', failure.message, {
      details: failure.cause === undefined ? [] : [`cause: ${failure.cause}`],
      next: failure.hint,
    });
  }
  if (end.exitCode !== 0) {
    const lastLines = end.stderr.trim().split('\n').slice(-5);
    throw new CliError('bug', `The supervisor ended with exit code ${end.exitCode}`, { details: lastLines });
  }
}

function parseEvent(line: string): SupervisorEvent | null {
  try {
    return JSON.parse(line) as SupervisorEvent;
  } catch {
    return null; // Anything that is no record was not meant for us.
  }
}
