// SPDX-License-Identifier: Apache-2.0
// The timeline of a report: a table with one bar of looks, changes and waits for each step. Reads nothing.
import type { ReportedStep, RunReport } from '../../report/run-report.ts';
import type { Span } from '../../report/step-spans.ts';
import { durationText } from '../../terminal/duration.ts';
import { marks } from '../live/marks.ts';
import { html, type Html } from './html.ts';
import { timeScale, type TimeScale } from './time-scale.ts';

const words: Readonly<Record<Span['kind'], string>> = {
  look: 'look',
  apply: 'change',
  verify: 'look after the change',
  stop: 'stop',
  wait: 'wait for the next try',
  parked: 'parked',
  ancestors: 'look back',
};

const waits: ReadonlySet<Span['kind']> = new Set(['wait', 'parked', 'ancestors']);

export function timeline(report: RunReport): Html {
  const spans = report.steps.flatMap((step) => step.spans);
  if (spans.length === 0) return html`<p class="quiet">No step was looked at.</p>`;
  const scale = timeScale(
    spans
      .filter(({ kind }) => !waits.has(kind))
      .map(({ startedAt, endedAt }) => ({ from: Date.parse(startedAt), to: Date.parse(endedAt) })),
    Date.parse(report.startedAt),
    Date.parse(report.endedAt ?? report.writtenAt),
  );
  const isMixed = report.steps.some(isAsWanted) && !report.steps.every(isAsWanted);
  return html`${
      isMixed
        ? html`<label class="only"><input type="checkbox" /> only what was changed, failed or waits</label>`
        : ''
    }
    <table class="timeline">
      <thead>
        <tr>
          <th scope="col">Step</th>
          <th scope="col">State</th>
          <th scope="col" class="axis">
            <span class="unseen">When</span>
            ${scale.ticks.map(
              ({ left, label }) => html`<span class="tick" style="left:${percent(left)}">${label}</span>`,
            )}
          </th>
          <th scope="col" class="number">Tries</th>
          <th scope="col" class="number">Waited</th>
          <th scope="col" class="number">Took</th>
        </tr>
      </thead>
      <tbody>
        ${report.steps.map((step) => stepOf(step, report.looks, scale))}
      </tbody>
    </table>
    ${legend(spans, scale)}`;
}

/** Nothing of it was changed, and it needed no second look. */
function isAsWanted({ status, differs, applied, failure }: ReportedStep): boolean {
  return (
    ['same', 'skipped'].includes(status) && differs.length + applied.length === 0 && failure === undefined
  );
}

function stepOf(step: ReportedStep, looks: boolean, scale: TimeScale): Html {
  const { mark, word } = stateOf(step, looks);
  const waited = step.spans
    .filter(({ kind }) => waits.has(kind))
    .reduce((sum, span) => sum + lengthOf(span), 0);
  const took = step.spans.reduce((sum, span) => sum + lengthOf(span), 0);
  return html`<tr class="${isAsWanted(step) ? 'as-wanted' : ''}">
    <th scope="row"><code>${step.id}</code><span class="title">${step.title}</span></th>
    <td class="state ${word.replaceAll(' ', '-')}"><span aria-hidden="true">${mark}</span> ${word}</td>
    <td>
      <div class="track" role="img" aria-label="${step.spans.map(spanWords).join(', ') || 'nothing'}">
        ${scale.ticks.map(({ left }) => html`<i class="line" style="left:${percent(left)}"></i>`)}
        ${scale.cuts.map(
          ({ left, width }) =>
            html`<i class="cut" style="left:${percent(left)};width:${percent(width)}"></i>`,
        )}
        ${step.spans.map((span) => bar(span, scale))}
      </div>
    </td>
    <td class="number">${step.tries === 0 ? '' : step.tries}</td>
    <td class="number">${waited === 0 ? '' : tenths(waited)}</td>
    <td class="number">${step.spans.length === 0 ? '' : tenths(took)}</td>
  </tr>`;
}

function bar(span: Span, scale: TimeScale): Html {
  const left = scale.at(Date.parse(span.startedAt));
  const width = Math.max(0.35, scale.at(Date.parse(span.endedAt)) - left);
  const place = `left:${percent(Math.min(left, 99.6))};width:${percent(width)}`;
  return html`<b
    class="${span.kind}${span.isFailed ? ' failed' : ''}"
    style="${place}"
    title="${spanWords(span)}"
  ></b>`;
}

function legend(spans: readonly Span[], scale: TimeScale): Html {
  const present = (Object.keys(words) as Span['kind'][]).filter((kind) =>
    spans.some((span) => span.kind === kind),
  );
  const failed = spans.some(({ isFailed }) => isFailed);
  return html`<ul class="legend">
    ${present.map((kind) => html`<li><b class="${kind}"></b>${words[kind]}</li>`)}
    ${failed ? html`<li><b class="apply failed"></b>failed</li>` : ''}
    ${scale.cuts.map(({ label }) => html`<li><i class="cut"></i>${label} in which nothing ran, cut short</li>`)}
  </ul>`;
}

/** A run that only looks says what it saw, not how its own steps ended. */
function stateOf(step: ReportedStep, looks: boolean): { readonly mark: string; readonly word: string } {
  if (!looks || step.status === 'same') return marks[step.status];
  if (step.differs.length > 0) return { mark: '~', word: 'differs' };
  return step.spans.length === 0 ? marks[step.status] : { mark: '?', word: 'not seen' };
}

function spanWords(span: Span): string {
  return `${words[span.kind]}${span.isFailed ? ', failed' : ''}: ${tenths(lengthOf(span))}`;
}

function lengthOf({ startedAt, endedAt }: Span): number {
  return Date.parse(endedAt) - Date.parse(startedAt);
}

/** Tenths matter below a minute: most looks take less than a second. */
function tenths(milliseconds: number): string {
  return milliseconds < 60_000 ? `${(milliseconds / 1000).toFixed(1)}s` : durationText(milliseconds);
}

function percent(value: number): string {
  return `${value.toFixed(2)}%`;
}
