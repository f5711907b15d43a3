// SPDX-License-Identifier: Apache-2.0
// Counts, while others work, how many tools of Nova live at once: as processes, and as clients of PostgreSQL.
import { join } from 'node:path';
import type { Host } from '../../../activities/hosts/host.ts';
import { leaderOf } from '../../../activities/hosts/local-box.ts';
import { list, read } from '../../system/job-watch.ts';
import askForSessions from './watch-sessions.sh';

export interface ToolsSeen {
  readonly processes: number;
  readonly sessions: number;
  /** Every look that found more than one tool: `pid parent program` of each. */
  readonly met: readonly string[];
}

const tool = '/usr/bin/python3 /usr/bin/nova-manage';
/** One name per command, however many sessions it has: its process and its key. That of its lock has the key alone. */
const clients =
  "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE application_name ~ '^holdfast [0-9]+ '";

/** Looks five times a second until the returned function is called; that tells the most that was seen in one look. */
export function watchTools(box: string, host: Host): () => Promise<ToolsSeen> {
  let [processes, isOver] = [0, false];
  const met: string[] = [];
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const found = await liveTools(box);
      processes = Math.max(processes, found.length);
      if (found.length > 1) met.push(found.join('; '));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const watching = watch();
  const sessionsSeen = watchSessions(host);
  return async () => {
    isOver = true;
    await watching;
    return { processes, sessions: await sessionsSeen(), met };
  };
}

/** Every run of it ends by the removal of this file. */
const watchFile = '/run/sessions-are-watched';
const longestWatchSeconds = 3600;

/**
 * One client asks for as long as the server lives, and the next when it is back: a proof kills it, and a client for each
 * look would take half a processor from what is watched.
 */
function watchSessions(host: Host): () => Promise<number> {
  const asPostgres = ['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--'];
  const watching = host.output(['touch', watchFile]).then(() =>
    host.run([...asPostgres, 'sh', '-c', askForSessions, 'sh', watchFile, clients], {
      timeoutSeconds: longestWatchSeconds,
    }),
  );
  // Waited for below; until then a rejection is not unhandled.
  watching.catch(() => undefined);
  return async () => {
    await host.output(['rm', watchFile]);
    const counts = (await watching).stdout.split('\n').filter(Boolean).map(Number);
    if (counts.length === 0) throw new Error('No look at the sessions was answered');
    return Math.max(...counts);
  };
}

/** Resolves once a tool itself runs, or nobody waits any more: a job lives before that, while it waits for its lock. */
export async function toolRuns(box: string, isOver = () => false): Promise<void> {
  while (!isOver() && (await liveTools(box)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A line each. The tool asks other programs while it starts; between its fork and their exec those bear its name. */
async function liveTools(box: string): Promise<string[]> {
  const processes = `/proc/${(await leaderOf(box)) ?? 0}/root/proc`;
  const named = list(processes).flatMap((pid) => {
    const words = read(join(processes, pid, 'cmdline'))
      .replaceAll('\0', ' ')
      .trim();
    return words.startsWith(tool) ? [{ pid, words, parent: parentOf(join(processes, pid)) }] : [];
  });
  const pids = new Set(named.map(({ pid }) => pid));
  return named
    .filter(({ parent }) => !pids.has(parent))
    .map(({ pid, parent, words }) => [pid, parent, words].join(' '));
}

const parentOf = (folder: string): string => /^PPid:\s+(\d+)$/m.exec(read(join(folder, 'status')))?.[1] ?? '';
