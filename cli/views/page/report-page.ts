// SPDX-License-Identifier: Apache-2.0
// A run's report as one HTML page that needs nothing else: no script, no address, style inside. Reads nothing.
import type { RunReport } from '../../report/run-report.ts';
import { durationText } from '../../terminal/duration.ts';
import { answerSection, detailSection, differenceSection, shortened, troubleSection } from './changes.ts';
import { evidenceSections, instantText } from './evidence.ts';
import { documentOf } from './document.ts';
import { html, type Html } from './html.ts';
import { specSection } from './spec-section.ts';
import { timeline } from './timeline.ts';

/** `version`: of the program that writes it. */
export function reportPage(report: RunReport, version: string): string {
  const { id, runId, workflow, looks, subject, inputDigest, writtenAt } = report;
  return documentOf(
    `${id}, ${report.startedAt.slice(0, 10)}`,
    '',
    html`${heading(report)} ${stopCard(report)} ${looks ? '' : recap(report)}
      <section>
        <h2>What happened, step by step</h2>
        ${timeline(report)}
      </section>
      ${troubleSection(report)} ${looks ? '' : answerSection(report)} ${differenceSection(report)}
      ${specSection(report)} ${detailSection(report)}
      ${evidenceSections(report.evidence, subject, Date.parse(writtenAt))}
      <footer>
        ${workflow} run
        <code>${runId}</code>${inputDigest === undefined ? '' : html`, input <code>${inputDigest}</code>`}.
        Written by holdfast ${version}, ${instantText(writtenAt)}.
      </footer>`,
  );
}

function heading({ id, phase, result, status, startedAt, endedAt, writtenAt }: RunReport): Html {
  const word = result ?? phase;
  const isOpen = (status === 'running' && phase !== 'needs-operator') || word === 'busy';
  const tone = ['done', 'same'].includes(word) ? 'good' : isOpen ? 'open' : 'bad';
  const took = durationText(Date.parse(endedAt ?? writtenAt) - Date.parse(startedAt));
  return html`<header>
    <div class="head">
      <h1>${id}</h1>
      <span class="phase ${tone}">${word}</span>
    </div>
    <p class="lead">
      ${instantText(startedAt)} to ${endedAt === undefined ? 'now, still open' : instantText(endedAt)},
      ${took}
    </p>
  </header>`;
}

function stopCard({ failure, nextCommand }: RunReport): Html | string {
  if (failure === undefined) return '';
  const { message, on, cause, hint, logPath } = failure;
  return html`<section class="stop-card" aria-label="What stopped it">
    <p><strong>${shortened(message)}</strong></p>
    <p>on ${on}${cause === undefined ? '' : `: ${cause}`}</p>
    ${logPath === undefined ? '' : html`<p><code>${logPath}</code></p>`}
    <p class="quiet">${hint}</p>
    ${nextCommand === undefined ? '' : html`<p><code>${nextCommand}</code></p>`}
  </section>`;
}

function recap({ recap: counts }: RunReport): Html {
  return html`<ul class="recap">
    ${Object.entries<number>({ ...counts }).map(([status, count]) => {
      const tone = count === 0 ? 'none' : ['parked', 'failed'].includes(status) ? 'bad' : '';
      return html`<li class="${tone}"><b>${count}</b>${status}</li>`;
    })}
  </ul>`;
}
