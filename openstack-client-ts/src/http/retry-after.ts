// SPDX-License-Identifier: Apache-2.0
// Reads how long a service asks to be left alone, in seconds or as a date.
// Whether the request may be sent again at all is the transport's to say.

import type { HttpResponse } from './http.ts';

/** The pause the answer asks for, or undefined when it asks for none; never negative. */
export function retryAfterSecondsOf({ header }: HttpResponse): number | undefined {
  const asked = header('retry-after')?.trim();
  if (asked === undefined || asked === '') return undefined;
  if (/^\d+(\.\d+)?$/.test(asked)) return Number(asked);
  // Date.parse alone would take -5 for a month.
  const untilMs = asked.endsWith('GMT') ? Date.parse(asked) : NaN;
  if (Number.isNaN(untilMs)) return undefined;
  // Counted from the service's own time, so that a difference between its clock and ours does not matter.
  const sentMs = Date.parse(header('date') ?? '');
  return Math.max(0, (untilMs - (Number.isNaN(sentMs) ? Date.now() : sentMs)) / 1000);
}
