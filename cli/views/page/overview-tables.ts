// SPDX-License-Identifier: Apache-2.0
// The tables of the overview: canaries of a day, scheduled runs, newest runs. Reads nothing.
import type { CloudCanaries, Overview } from '../../records/overview.ts';
import type { ListedRun } from '../text/list-text.ts';
import { shortId, type ListedSchedule } from '../text/schedule-text.ts';
import { instantText } from './evidence.ts';
import { html, type Html } from './html.ts';
import { sparkline } from './sparkline.ts';

const dayMilliseconds = 86_400_000;

/** Phases and verdicts that are not neutral. */
export const tones: Readonly<Record<string, string>> = {
  installed: 'good',
  'needs-operator': 'bad',
  failed: 'bad',
  bad: 'bad',
};

export function canaryTable(clouds: readonly CloudCanaries[], now: number): Html | string {
  if (clouds.length === 0) return '';
  const range = { begin: now - dayMilliseconds, end: now };
  return html`<section>
    <h2>Canaries of the last 24 hours</h2>
    <table class="plain canaries">
      <tbody>
        ${clouds.map(({ cloud, isRecorded, runs: measured }) => {
          const last = measured.at(-1);
          const points = measured.map(({ startedAt, seconds, result }) => ({
            at: Date.parse(startedAt),
            seconds,
            result,
            label: `${startedAt.slice(0, 16).replace('T', ' ')} UTC: ${result}, ${seconds} s`,
          }));
          const bad = measured.filter(({ result }) => result === 'bad').length;
          return html`<tr>
            <td>${cloud}${isRecorded ? '' : html`<br /><small class="quiet">not recorded here</small>`}</td>
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

export function scheduleTable({ schedules: all, temporalAnswers }: Overview): Html | string {
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

/** An id breaks behind its slashes, not within a word. */
function broken(id: string): Html[] {
  return id.split('/').map((part, index) => (index === 0 ? html`${part}` : html`/<wbr />${part}`));
}

export function newestRuns({ runs: newest, temporalAnswers }: Overview): Html | string {
  if (!temporalAnswers || newest.length === 0) return '';
  return html`<section>
    <h2>Newest runs</h2>
    <table class="plain">
      <tbody>
        ${newest.map(
          ({ id, phase, startedAt, cause }: ListedRun) =>
            html`<tr>
              <td class="run">${broken(id)}</td>
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
