// SPDX-License-Identifier: Apache-2.0
// Which run is watched, and how the watcher came to it. Holds no state.

export interface WatchedRun {
  readonly id: string;
  readonly runId: string;
  readonly type: string;
  readonly how: 'started' | 'attached' | 'watching';
}
