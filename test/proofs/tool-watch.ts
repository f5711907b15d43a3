// SPDX-License-Identifier: Apache-2.0
// Counts, while others work, how many tools of Nova live at once: as processes, and as clients of PostgreSQL.
import type { Host } from '../../activities/clients/host/host.ts';
import { query } from '../../activities/clients/sql.ts';

export interface ToolsSeen {
  readonly processes: number;
  readonly sessions: number;
}

/** Looks until the returned function is called; that tells the most that was seen in one look. */
export function watchTools(host: Host): () => Promise<ToolsSeen> {
  let [processes, sessions, isOver] = [0, 0, false];
  const tool = '^/usr/bin/python3 /usr/bin/nova-manage';
  // One name per command, however many sessions it has.
  const clients =
    "SELECT count(DISTINCT application_name) FROM pg_stat_activity WHERE application_name ~ '^holdfast [0-9]'";
  const watch = async (): Promise<void> => {
    while (!isOver) {
      const { stdout } = await host.run(['pgrep', '--full', '--count', tool]);
      processes = Math.max(processes, Number(stdout));
      // Down now and then: a proof kills it.
      const [[found = '0'] = []] = await query(host, 'postgres', clients).catch(() => []);
      sessions = Math.max(sessions, Number(found));
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  };
  const watching = watch();
  return async () => {
    isOver = true;
    await watching;
    return { processes, sessions };
  };
}
