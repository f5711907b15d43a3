// SPDX-License-Identifier: Apache-2.0
// The moments of an install at which a worker can be killed, and the chance by which some are chosen.

const moments = ['before', 'after'] as const;

/** All moments of the steps, as `<step>.<before|after|during>`; `during` only for steps of `commands`. */
export const crashMoments = (steps: readonly string[], commands: readonly string[]): string[] =>
  steps.flatMap((step) =>
    [...moments, ...(commands.includes(step) ? ['during'] : [])].map((moment) => `${step}.${moment}`),
  );

/** Numbers below 1 that depend on the seed alone: a linear congruential generator. @source Numerical Recipes' constants */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
