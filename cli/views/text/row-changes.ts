// SPDX-License-Identifier: Apache-2.0
// Remembers what was shown of each row, so that each change is told once. Renders nothing.
import type { Progress, RowProgress } from '../../../workflows/contracts/run/progress.ts';

export class RowChanges {
  readonly #shown = new Map<string, string>();

  /** Rows that are not as they were last taken; a row that has not begun yet is no change. */
  take(progress: Progress): RowProgress[] {
    return progress.rows.filter((row) => {
      const state = `${row.status}/${row.occurrence}/${row.tries}`;
      const before = this.#shown.get(row.id);
      this.#shown.set(row.id, state);
      return before === undefined ? row.status !== 'pending' : before !== state;
    });
  }
}
