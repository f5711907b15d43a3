// SPDX-License-Identifier: Apache-2.0
// What an install proved: expiries, the canary's times, services, packages. Says so when there is no evidence.
import type { Evidence } from '../../../workflows/contracts/box/evidence.ts';
import { expiryCalendar } from './calendar.ts';
import { html, type Html } from './html.ts';

export function evidenceSections(evidence: Evidence | null, subject: string, now: number): Html[] {
  if (evidence === null) {
    return [
      html`<section>
        <h2>Evidence</h2>
        <p class="quiet">
          No evidence is recorded for box ${subject} yet: an install that ends well writes it.
        </p>
      </section>`,
    ];
  }
  const { expiries, canary, services, packages, release, recordedAt } = evidence;
  const source = html`<p class="quiet">Release ${release}, recorded ${instantText(recordedAt)}.</p>`;
  return [
    ...(expiries.length === 0
      ? []
      : [
          html`<section>
            <h2>What expires, and when</h2>
            ${expiryCalendar(expiries, now)}
          </section>`,
        ]),
    ...(canary.length === 0 ? [] : [canarySection(canary)]),
    html`<section>
      <h2>Versions</h2>
      ${source} ${services.length === 0 ? '' : serviceTable(services)}
      ${
        packages.length === 0
          ? ''
          : html`<details>
              <summary>${packages.length} packages</summary>
              <ul class="packages">
                ${packages.map(({ name, version }) => html`<li><span>${name}</span> <code>${version}</code></li>`)}
              </ul>
            </details>`
      }
    </section>`,
  ];
}

/** `2026-01-05 12:00:00 UTC` */
export function instantText(iso: string): Html {
  const text = new Date(iso).toISOString();
  return html`<time datetime="${text}">${text.slice(0, 10)} ${text.slice(11, 19)} UTC</time>`;
}

function canarySection(canary: Evidence['canary']): Html {
  const longest = Math.max(...canary.map(({ seconds }) => seconds), 0.001);
  const total = canary.reduce((sum, { seconds }) => sum + seconds, 0);
  return html`<section>
    <h2>The canary’s times</h2>
    <table class="canary">
      <thead class="unseen">
        <tr>
          <th scope="col">Phase</th>
          <th scope="col">Share</th>
          <th scope="col">Seconds</th>
        </tr>
      </thead>
      <tbody>
        ${canary.map(
          ({ phase, seconds }) =>
            html`<tr>
              <th scope="row">${phase}</th>
              <td>
                <div class="share"><b style="width:${((100 * seconds) / longest).toFixed(1)}%"></b></div>
              </td>
              <td class="number">${seconds.toFixed(1)} s</td>
            </tr>`,
        )}
      </tbody>
      <tfoot>
        <tr>
          <th scope="row">in all</th>
          <td></td>
          <td class="number">${total.toFixed(1)} s</td>
        </tr>
      </tfoot>
    </table>
  </section>`;
}

function serviceTable(services: Evidence['services']): Html {
  return html`<table class="plain">
    <thead>
      <tr>
        <th scope="col">Service</th>
        <th scope="col">Version</th>
      </tr>
    </thead>
    <tbody>
      ${services.map(
        ({ name, version }) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${version ?? '—'}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}
