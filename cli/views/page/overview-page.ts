// SPDX-License-Identifier: Apache-2.0
// One page over all that a state directory holds, which needs nothing else: who must act comes first. Reads nothing.
import type { Overview, Task } from '../../records/overview.ts';
import { expiryCalendar } from './calendar.ts';
import { instantText } from './evidence.ts';
import { documentOf } from './document.ts';
import { html, type Html } from './html.ts';
import { canaryTable, newestRuns, scheduleTable, tones } from './overview-tables.ts';

const style = `
.tasks { display: grid; gap: .8rem; } .tasks .stop-card { margin: 0; } .tasks .later { border-left-color: var(--soon); }
.subjects { display: grid; grid-template-columns: repeat(auto-fill, minmax(17rem, 1fr)); gap: 1rem; list-style: none; padding: 0; margin: 0; }
.subjects li { background: var(--card); border: 1px solid var(--rule); border-radius: 8px; padding: .8rem 1rem; }
.subjects h3 { margin: 0 0 .3rem; display: flex; justify-content: space-between; gap: 1rem; overflow-wrap: anywhere; }
.subjects .phase { white-space: nowrap; align-self: start; }
.subjects p { margin: 0; font-size: .88rem; overflow-wrap: anywhere; }
.spark { width: 100%; max-width: 22.5rem; height: 2.25rem; display: block; } .spark .grid { stroke: var(--rule); }
.run { min-width: 11rem; overflow-wrap: break-word; }
.spark .good { fill: var(--good); } .spark .bad { fill: var(--bad); } .spark .busy { fill: var(--soft); }
.canaries td { vertical-align: middle; } .canaries td:nth-child(2) { width: 23rem; }
@media screen and (max-width: 52rem) { .canaries td:nth-child(2) { width: auto; } .wide { display: none; } .run { min-width: 0; } thead th { overflow-wrap: normal; } }`;

/** `writtenAt`: milliseconds since 1970. */
export function overviewPage(overview: Overview, writtenAt: number): string {
  return documentOf(
    'holdfast',
    style,
    html`${heading(overview, writtenAt)} ${tasks(overview.tasks)} ${subjects(overview)}
      ${canaryTable(overview.canaries, writtenAt)} ${ends(overview, writtenAt)} ${scheduleTable(overview)}
      ${newestRuns(overview)}
      <footer>Times are UTC. Written by <code>holdfast page</code>.</footer>`,
  );
}

function heading({ boxes, tasks: waiting, canaries: clouds, temporalAnswers }: Overview, at: number): Html {
  const now = waiting.filter(({ by }) => by === null).length;
  const bad = clouds.filter(({ runs: each }) => each.at(-1)?.result === 'bad').length;
  const isWell = now === 0 && bad === 0 && temporalAnswers;
  return html`<header>
    <div class="head">
      <h1>holdfast</h1>
      <span class="phase ${isWell ? 'good' : 'bad'}">${isWell ? 'no action needed' : 'action needed'}</span>
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

function ends({ expiries }: Overview, now: number): Html | string {
  if (expiries.length === 0) return '';
  return html`<section>
    <h2>What ends by itself</h2>
    ${expiryCalendar(expiries, now)}
  </section>`;
}
