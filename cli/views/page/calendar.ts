// SPDX-License-Identifier: Apache-2.0
// What ends by itself, as a calendar: one sheet for each month in which something does. Reads no clock.
import type { Expiry } from '../../../workflows/contracts/box/evidence.ts';
import { html, type Html } from './html.ts';

const dayMilliseconds = 86_400_000;
const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const weekdays = ['Mo', 'Tu', 'We', 'Th', 'Fr', 'Sa', 'Su'];

/** Closer than this something is to be done soon. @source a monthly look at the report leaves a week */
const soonDays = 37;

export function expiryCalendar(expiries: readonly Expiry[], now: number): Html {
  const sorted = [...expiries].sort((a, b) => a.notAfter.localeCompare(b.notAfter));
  const months = new Map<string, Expiry[]>();
  for (const expiry of sorted) {
    const month = iso(expiry).slice(0, 7);
    months.set(month, [...(months.get(month) ?? []), expiry]);
  }
  return html`<div class="months">${[...months].map(([month, list]) => sheet(month, list, now))}</div>`;
}

function sheet(month: string, expiries: readonly Expiry[], now: number): Html {
  const [year = 0, number = 1] = month.split('-').map(Number);
  const days = new Set(expiries.map((expiry) => Number(iso(expiry).slice(8, 10))));
  return html`<article class="month">
    <table>
      <caption>
        ${monthNames[number - 1] ?? ''} ${year}
      </caption>
      <thead>
        <tr>
          ${weekdays.map((day) => html`<th scope="col">${day}</th>`)}
        </tr>
      </thead>
      <tbody>
        ${weeks(year, number).map(
          (week) =>
            html`<tr>
              ${week.map((day) =>
                days.has(day)
                  ? html`<td class="marked"><strong>${day}</strong></td>`
                  : html`<td>${day === 0 ? '' : day}</td>`,
              )}
            </tr>`,
        )}
      </tbody>
    </table>
    <ul>
      ${expiries.map((expiry) => line(expiry, now))}
    </ul>
  </article>`;
}

function line(expiry: Expiry, now: number): Html {
  const days = Math.floor((Date.parse(expiry.notAfter) - now) / dayMilliseconds);
  const left = days < 0 ? 'expired' : days === 1 ? 'in 1 day' : `in ${days} days`;
  return html`<li class="${days < soonDays ? 'soon' : ''}">
    <time datetime="${expiry.notAfter}">${iso(expiry).slice(8, 10)}.</time> ${expiry.what}
    <span class="left">${left}</span>
  </li>`;
}

/** The days of a month by weeks from Monday; 0 is no day of it. */
function weeks(year: number, month: number): number[][] {
  const count = new Date(Date.UTC(year, month, 0)).getUTCDate();
  const before = (new Date(Date.UTC(year, month - 1, 1)).getUTCDay() + 6) % 7;
  const cells = Array.from({ length: Math.ceil((before + count) / 7) * 7 }, (_, index) => {
    const day = index - before + 1;
    return day >= 1 && day <= count ? day : 0;
  });
  return Array.from({ length: cells.length / 7 }, (_, week) => cells.slice(week * 7, week * 7 + 7));
}

function iso({ notAfter }: Expiry): string {
  return new Date(notAfter).toISOString();
}
