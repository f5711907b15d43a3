// SPDX-License-Identifier: Apache-2.0
// Counts, while others work, how many tools of Nova live at once: as processes, and as clients of PostgreSQL.
import type { Host } from '../../activities/clients/host/host.ts';
import { query } from '../../activities/clients/sql.ts';

export interface ToolsSeen {
  readonly processes: number;
  readonly sessions: number;
  /** Every look that found more than one tool: `pid parent seconds program` of each. */
  readonly met: readonly string[];
}

const tool = '/usr/bin/python3 /usr/bin/nova-manage';
/** One name per command, however many sessions it has: its process and its key. That of its lock has the key alone. */
const clients =
  "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE application_name ~ '^holdfast [0-9]+ '";

/** Looks until the returned function is called; that tells the most that was seen in one look. */
export function watchTools(host: Host): () => Promise<ToolsSeen> {
  let [processes, sessions, isOver] = [0, 0, false];
  const met: string[] = [];
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const found = await liveTools(host);
      processes = Math.max(processes, found.length);
      if (found.length > 1) met.push(found.join('; '));
      // Down now and then: a proof kills it.
      const [[named = '0'] = []] = await query(host, 'postgres', clients).catch(() => []);
      sessions = Math.max(sessions, Number(named));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const watching = watch();
  return async () => {
    isOver = true;
    await watching;
    return { processes, sessions, met };
  };
}

/** Resolves once a tool itself runs, or nobody waits any more: a job lives before that, while it waits for its lock. */
export async function toolRuns(host: Host, isOver = () => false): Promise<void> {
  while (!isOver() && (await liveTools(host)).length === 0)
    await new Promise((resolve) => setTimeout(resolve, 50));
}

/** A line each. The tool asks other programs while it starts; between its fork and their exec those bear its name. */
async function liveTools(host: Host): Promise<string[]> {
  const { stdout } = await host.run(['ps', '-eo', 'pid=,ppid=,etimes=,args=']);
  const lines = stdout.split('\n').map((line) => line.trim().split(/ +/));
  const named = lines.filter(([, , , ...words]) => words.join(' ').startsWith(tool));
  const pids = new Set(named.map(([pid]) => pid));
  return named.filter(([, parent]) => !pids.has(parent)).map((words) => words.join(' '));
}
