// SPDX-License-Identifier: Apache-2.0
// Differences as the cause of a failure. Decides nothing.
import type { Observed } from '../contracts/run/observation.ts';

/** At most 1000 characters. */
export function differencesText({ differences }: Observed): string {
  return differences
    .map((d) => `${d.what}: ${d.have}, wanted ${d.want}`)
    .join('; ')
    .slice(0, 1000);
}
