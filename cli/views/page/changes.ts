// SPDX-License-Identifier: Apache-2.0
// What a run changed, what went wrong on the way, and who answered what and why. Reads nothing.
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { ReportedStep, RunReport } from '../../report/run-report.ts';
import { failureLine } from '../text/failure-text.ts';
import { instantText } from './evidence.ts';
import { html, type Html } from './html.ts';

export function differenceSection({ steps, looks }: RunReport): Html {
  const of = (step: ReportedStep): readonly Difference[] => (looks ? step.differs : step.applied);
  const changed = steps.filter((step) => of(step).length > 0);
  const title = looks ? 'What differs' : 'What was changed';
  if (changed.length === 0)
    return html`<section>
      <h2>${title}</h2>
      <p class="quiet">Nothing.</p>
    </section>`;
  return html`<section>
    <h2>${title}</h2>
    <table class="plain changes">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">What</th>
          <th scope="col">${looks ? 'Is' : 'Was'}</th>
          <th scope="col">Wanted</th>
        </tr>
      </thead>
      ${changed.map(
        (step) =>
          html`<tbody>
            ${of(step).map((each, index) => line(step, each, index))}
          </tbody>`,
      )}
    </table>
  </section>`;
}

function line({ id }: ReportedStep, { what, have, want }: Difference, index: number): Html {
  return html`<tr>
    <td>${index === 0 ? html`<code>${id}</code>` : ''}</td>
    <td>${what}</td>
    <td>${have}</td>
    <td>${want}</td>
  </tr>`;
}

/** What changes said of themselves: numbers, names, times. Empty when none said anything. */
export function detailSection({ steps }: RunReport): Html | string {
  const told = steps.filter(({ status, detail }) => status === 'changed' && detail !== undefined);
  if (told.length === 0) return '';
  return html`<section>
    <h2>What came of it</h2>
    <table class="plain">
      <tbody>
        ${told.map(
          ({ id, detail = '' }) =>
            html`<tr>
              <td><code>${id}</code></td>
              <td>${detail}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

/** Every activity that ended without what it was for; empty when all went well. */
export function troubleSection({ steps }: RunReport): Html | string {
  const troubles = steps.flatMap((step) =>
    step.activities.flatMap((activity) => {
      const why = activity.failure === undefined ? activity.error : failureLine(activity.failure);
      return why === undefined ? [] : [{ step, activity, why }];
    }),
  );
  if (troubles.length === 0) return '';
  return html`<section>
    <h2>What went wrong on the way</h2>
    <table class="plain troubles">
      <thead>
        <tr>
          <th scope="col">When</th>
          <th scope="col">Step</th>
          <th scope="col">Try</th>
          <th scope="col">Why</th>
        </tr>
      </thead>
      <tbody>
        ${troubles.map(
          ({ step, activity, why }) =>
            html`<tr>
              <td class="when">${instantText(activity.scheduledAt)}</td>
              <td><code>${step.id}</code></td>
              <td>${activity.phase} ${activity.n}</td>
              <td>
                ${shortened(why)}
                ${
                  activity.failure?.logPath === undefined
                    ? ''
                    : html`<br /><code class="log">${activity.failure.logPath}</code>`
                }
              </td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

export function answerSection({ answers }: RunReport): Html {
  const body =
    answers.length === 0
      ? html`<p class="quiet">Nobody had to answer anything.</p>`
      : html`<ol class="answers">
          ${answers.map(
            ({ at, step, action, actor, reason, data = {} }) =>
              html`<li>
                ${instantText(at)} <strong>${actor}</strong> answered <strong>${action}</strong> for
                <code>${step}</code>${Object.entries(data).map(
                  ([name, value]) => html` <code>${name}=${value}</code>`,
                )}${reason === '' ? html` <span class="quiet">without a reason</span>` : html`: “${reason}”`}
              </li>`,
          )}
        </ol>`;
  return html`<section>
    <h2>Who decided what, and why</h2>
    ${body}
  </section>`;
}

/** What was done stands at the beginning of a message, why it failed at its end. */
export function shortened(text: string): string {
  return text.length <= 420 ? text : `${text.slice(0, 160)} … ${text.slice(-240)}`;
}
