// SPDX-License-Identifier: Apache-2.0
// The moments of an install at which a worker can be killed, and the chance by which some are chosen.

const moments = ['before', 'after'] as const;

/** All moments of the rows, as `<row>.<before|after|during>`; `during` only for rows of `commands`. */
export const crashMoments = (rows: readonly string[], commands: readonly string[]): string[] =>
  rows.flatMap((row) =>
    [...moments, ...(commands.includes(row) ? ['during'] : [])].map((moment) => `${row}.${moment}`),
  );

/** Numbers below 1 that depend on the seed alone: a linear congruential generator. @source Numerical Recipes' constants */
export function generator(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}
