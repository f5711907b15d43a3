// SPDX-License-Identifier: Apache-2.0
// The spec that a run worked by, folded, under what is not as in the run before. Reads nothing.
import { stringify } from 'yaml';
import type { RunReport } from '../../report/run-report.ts';
import { instantText } from './evidence.ts';
import { html, type Html } from './html.ts';

/** Empty for a run that works by no recorded spec. */
export function specSection({ spec: reported }: RunReport): Html | string {
  if (reported === undefined) return '';
  const { spec, before, differences } = reported;
  return html`<section>
    <h2>The spec</h2>
    ${
      spec === null
        ? html`<p class="quiet">Its record is gone or cannot be read.</p>`
        : html`${before === null ? html`<p class="quiet">No earlier run of this id is kept to compare it with.</p>` : ''}
            ${before === null ? '' : comparison(before, differences)}
            <details>
              <summary>Whole spec, without secrets</summary>
              <pre class="spec">${stringify(spec)}</pre>
            </details>`
    }
  </section>`;
}

type Reported = NonNullable<RunReport['spec']>;

function comparison(
  { startedAt }: NonNullable<Reported['before']>,
  differences: Reported['differences'],
): Html {
  if (differences.length === 0)
    return html`<p class="quiet">The same as in the run of ${instantText(startedAt)}.</p>`;
  return html`<p class="quiet">What is not as in the run of ${instantText(startedAt)}:</p>
    <table class="plain changes">
      <thead>
        <tr>
          <th scope="col">Key</th>
          <th scope="col">Was</th>
          <th scope="col">Is</th>
        </tr>
      </thead>
      <tbody>
        ${differences.map(
          ({ path, before, now }) =>
            html`<tr>
              <td><code>${path}</code></td>
              <td>${before ?? html`<span class="quiet">not there</span>`}</td>
              <td>${now ?? html`<span class="quiet">not there</span>`}</td>
            </tr>`,
        )}
      </tbody>
    </table>`;
}
