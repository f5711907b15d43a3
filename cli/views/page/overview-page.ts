// SPDX-License-Identifier: Apache-2.0
// One page over all that a state directory holds, which needs nothing else: who must act comes first. Reads nothing.
import type { CloudCanaries, Overview, Task } from '../../records/overview.ts';
import type { ListedRun } from '../text/list-text.ts';
import { shortId, type ListedSchedule } from '../text/schedule-text.ts';
import { expiryCalendar } from './calendar.ts';
import { instantText } from './evidence.ts';
import { Html, html } from './html.ts';
import { sparkline } from './sparkline.ts';
import { pageStyle } from './style.ts';

const policy = "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'";
const dayMilliseconds = 86_400_000;

const style = `
.tasks { display: grid; gap: .8rem; } .tasks .stop-card { margin: 0; } .tasks .later { border-left-color: var(--soon); }
.subjects { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; list-style: none; padding: 0; margin: 0; }
.subjects li { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .8rem 1rem; }
.subjects h3 { margin: 0 0 .3rem; display: flex; justify-content: space-between; gap: 1rem; overflow-wrap: anywhere; }
.subjects .phase { white-space: nowrap; align-self: start; }
.subjects p { margin: 0; font-size: .88rem; overflow-wrap: anywhere; }
.spark { width: 100%; max-width: 22.5rem; height: 2.25rem; display: block; } .spark .grid { stroke: var(--rule); }
.spark .good { fill: var(--good); } .spark .bad { fill: var(--bad); } .spark .busy { fill: var(--soft); }
.canaries td { vertical-align: middle; } .canaries td:nth-child(2) { width: 23rem; }
@media screen and (max-width: 52rem) { .canaries td:nth-child(2) { width: auto; } .wide { display: none; } }`;

/** `writtenAt`: milliseconds since 1970. */
export function overviewPage(overview: Overview, writtenAt: number): string {
  const page = html`<!doctype html>
    <html lang="en">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta http-equiv="Content-Security-Policy" content="${policy}" />
        <title>holdfast</title>
        <style>
          ${new Html(pageStyle + style)}
        </style>
      </head>
      <body>
        <main>
          ${heading(overview, writtenAt)} ${tasks(overview.tasks)} ${subjects(overview)}
          ${canaries(overview.canaries, writtenAt)} ${ends(overview, writtenAt)} ${schedules(overview)}
          ${runs(overview)}
          <footer>Times are UTC. Written by <code>holdfast page</code>.</footer>
        </main>
      </body>
    </html>`;
  return `${page.text}\n`;
}

function heading({ boxes, tasks: waiting, canaries: clouds, temporalAnswers }: Overview, at: number): Html {
  const now = waiting.filter(({ by }) => by === null).length;
  const bad = clouds.filter(({ runs: each }) => each.at(-1)?.result === 'bad').length;
  const isWell = now === 0 && bad === 0 && temporalAnswers;
  return html`<header>
    <div class="head">
      <h1>holdfast</h1>
      <span class="phase ${isWell ? 'good' : 'bad'}"
        >${isWell ? 'nobody must act' : 'somebody must act'}</span
      >
    </div>
    <p class="lead">${instantText(new Date(at).toISOString())}</p>
    <ul class="recap">
      <li><b>${boxes.length}</b>${boxes.length === 1 ? 'box' : 'boxes'}</li>
      <li class="${now === 0 ? 'none' : 'bad'}"><b>${now}</b>must be answered now</li>
      <li class="${bad === 0 ? 'none' : 'bad'}"><b>${bad}</b>clouds whose last canary failed</li>
    </ul>
    ${
      temporalAnswers
        ? ''
        : html`<div class="stop-card">
            <p><b>Temporal does not answer.</b> Runs and schedules are not on this page.</p>
            <p><code>holdfast up</code></p>
          </div>`
    }
  </header>`;
}

function tasks(waiting: readonly Task[]): Html | string {
  if (waiting.length === 0) return '';
  return html`<section>
    <h2>Who must act</h2>
    <div class="tasks">
      ${waiting.map(
        ({ subject, cause, command, by }) =>
          html`<article class="stop-card ${by === null ? '' : 'later'}">
            <p>
              <b>${subject}</b
              >${by === null ? '' : html` <time datetime="${by}">by ${by.slice(0, 10)}</time>`}
            </p>
            <p>${cause}</p>
            <p><code>${command}</code></p>
          </article>`,
      )}
    </div>
  </section>`;
}

const tones: Readonly<Record<string, string>> = {
  installed: 'good',
  'needs-operator': 'bad',
  failed: 'bad',
};

function subjects({ boxes, others }: Overview): Html {
  if (boxes.length === 0 && others.length === 0)
    return html`<section>
      <h2>Boxes</h2>
      <p class="quiet">None is recorded yet. <code>holdfast box install FILE</code> makes one.</p>
    </section>`;
  return html`<section>
    <h2>${others.length === 0 ? 'Boxes' : 'Boxes, clouds, authorities, mirrors'}</h2>
    <ul class="subjects">
      ${boxes.map(
        ({ name, phase, address, release, services, dashboard }) =>
          html`<li>
            <h3>${name} <span class="phase ${tones[phase] ?? 'open'}">${phase}</span></h3>
            <p>${release}, ${address}</p>
            <p class="quiet">${services.join(', ')}</p>
            ${dashboard === null ? '' : html`<p><a href="${dashboard}">${dashboard}</a></p>`}
          </li>`,
      )}
      ${others.map(
        ({ kind, name }) =>
          html`<li>
            <h3>${name} <span class="phase open">${kind}</span></h3>
          </li>`,
      )}
    </ul>
  </section>`;
}

function canaries(clouds: readonly CloudCanaries[], now: number): Html | string {
  if (clouds.length === 0) return '';
  const range = { begin: now - dayMilliseconds, end: now };
  return html`<section>
    <h2>Canaries of the last 24 hours</h2>
    <table class="plain canaries">
      <tbody>
        ${clouds.map(({ cloud, runs: measured }) => {
          const last = measured.at(-1);
          const points = measured.map(({ startedAt, seconds, result }) => ({
            at: Date.parse(startedAt),
            seconds,
            result,
            label: `${startedAt.slice(0, 16).replace('T', ' ')} UTC: ${result}, ${seconds} s`,
          }));
          const bad = measured.filter(({ result }) => result === 'bad').length;
          return html`<tr>
            <td>${cloud}</td>
            <td>${sparkline(points, range)}</td>
            <td class="state ${last?.result === 'bad' ? 'failed' : 'changed'}">${last?.result ?? ''}</td>
            <td class="wide">${bad} of ${measured.length} failed</td>
            <td class="wide">${last?.failure?.message ?? ''}</td>
          </tr>`;
        })}
      </tbody>
    </table>
  </section>`;
}

function ends({ expiries }: Overview, now: number): Html | string {
  if (expiries.length === 0) return '';
  return html`<section>
    <h2>What ends by itself</h2>
    ${expiryCalendar(expiries, now)}
  </section>`;
}

function schedules({ schedules: all, temporalAnswers }: Overview): Html | string {
  if (!temporalAnswers) return '';
  const order = (each: ListedSchedule): string => (each.isPaused ? '~' : (each.nextAt ?? '~'));
  const sorted = [...all].sort((one, other) => order(one).localeCompare(order(other)));
  return html`<section>
    <h2>Next scheduled runs</h2>
    ${
      sorted.length === 0
        ? html`<p class="quiet">There are none. <code>holdfast schedule apply</code> makes them.</p>`
        : html`<table class="plain">
            <thead>
              <tr>
                <th>Schedule</th>
                <th>Next</th>
                <th class="wide">Last</th>
                <th>Result</th>
              </tr>
            </thead>
            <tbody>
              ${sorted.map(
                ({ id, isPaused, isOverdue, nextAt, lastAt, lastResult, note }) =>
                  html`<tr>
                    <td>${shortId(id)}</td>
                    <td class="${isOverdue ? 'state failed' : 'when'}">
                      ${isOverdue ? 'overdue' : isPaused ? `paused${note === undefined ? '' : `: ${note}`}` : instantText(nextAt ?? '')}
                    </td>
                    <td class="when wide">${lastAt === undefined ? '' : instantText(lastAt)}</td>
                    <td
                      class="state ${tones[lastResult ?? ''] === 'bad' || lastResult === 'bad' ? 'failed' : 'same'}"
                    >
                      ${lastResult ?? ''}
                    </td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}

function runs({ runs: newest, temporalAnswers }: Overview): Html | string {
  if (!temporalAnswers || newest.length === 0) return '';
  return html`<section>
    <h2>Newest runs</h2>
    <table class="plain">
      <tbody>
        ${newest.map(
          ({ id, phase, startedAt, cause }: ListedRun) =>
            html`<tr>
              <td>${id}</td>
              <td
                class="state ${phase === 'done' ? 'changed' : (tones[phase] ?? 'same') === 'bad' ? 'failed' : 'same'}"
              >
                ${phase}
              </td>
              <td class="when">${instantText(startedAt)}</td>
              <td class="wide">${cause ?? ''}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}
