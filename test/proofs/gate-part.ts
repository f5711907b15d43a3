// SPDX-License-Identifier: Apache-2.0
// What of the sabotage the gate has time for. `npm run campaign -- sabotage` breaks every row.

export type Batches = readonly (readonly string[])[];

export const isCampaign = process.env['HOLDFAST_CAMPAIGN'] === 'sabotage';

/** The batches without the rows that are left to the campaign; all of them within it. */
export function gatePart(batches: Batches, left: readonly string[]): Batches {
  if (isCampaign) return batches;
  return batches.map((rows) => rows.filter((row) => !left.includes(row))).filter((rows) => rows.length > 0);
}
