// SPDX-License-Identifier: Apache-2.0
// The real temporal program for system tests, obtained the way the product does. Nothing is skipped without it.
import { provideTemporalBinary } from '../../../workers/embedded/temporal/binary.ts';
import { cacheDirectory as sharedCache } from '../../system/cache-directory.ts';

/** Longest time for obtaining the program, in milliseconds; a cold build takes about 3 min. */
export const PROGRAM_TIMEOUT_MILLISECONDS = 900_000;

/** The cache that the tests share with the product. */
export const cacheDirectory = sharedCache();

/** The environment with no Temporal client setting of whoever runs the tests. */
export const cleanEnvironment: Record<string, string> = Object.fromEntries(
  Object.entries(process.env).filter(
    (entry): entry is [string, string] => entry[1] !== undefined && !/^(TEMPORAL|HOLDFAST)_/.test(entry[0]),
  ),
);

/** Returns the path of the program. */
export function temporalProgram(): Promise<string> {
  return provideTemporalBinary({
    cacheDirectory,
    environment: cleanEnvironment,
    progress: (text) => console.error(text),
  });
}
