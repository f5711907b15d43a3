// SPDX-License-Identifier: Apache-2.0
// Rules of the engine that were different in earlier releases: a run keeps those that it began with.

export interface EngineRules {
  /** What has to be done before a step begins. Former: the parents alone, whatever became of what those depend on. */
  readonly waitsFor: 'ancestors' | 'parents';
  /** Whether the silence that a change met lasts when the step can be observed. Former: an observation ended it. */
  readonly silentChange: 'lasts' | 'ends-with-observation';
}

export const currentRules: EngineRules = { waitsFor: 'ancestors', silentChange: 'lasts' };
