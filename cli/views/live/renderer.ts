// SPDX-License-Identifier: Apache-2.0
// The one interface behind which progress is shown. choose-renderer.ts picks who does it.
import type { Look } from '../../runs/look.ts';
import type { Outcome } from '../../runs/outcome.ts';
import type { WatchedRun } from '../../runs/watched-run.ts';

export interface Renderer {
  begin(run: WatchedRun): void;
  /** A new look at the run. */
  show(look: Look): void;
  /** Something happened beside the run. */
  say(text: string): void;
  /** Time has passed. */
  tick(): void;
  /** Shows the end; nothing follows. */
  end(outcome: Outcome): void;
  /** Leaves the screen as it is, because an error follows. */
  stop(): void;
}
