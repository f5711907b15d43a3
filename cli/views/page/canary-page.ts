// SPDX-License-Identifier: Apache-2.0
// The runs of a cloud as one page that needs nothing else: a plot per phase, failures, a table. Reads nothing.
import {
  canaryPhases,
  type CanaryRun,
  type CanaryPhaseName,
} from '../../../workflows/contracts/canary/canary.ts';
import { instantText } from './evidence.ts';
import { documentOf } from './document.ts';
import { html, type Html } from './html.ts';
import { latencyPlot, plotRange, type PlotPoint, type PlotRange } from './latency-plot.ts';

/** Runs in the tables: a day of canaries every ten minutes. */
const stepsMax = 144;
/** Of them, those that are not folded: one screen. */
const openMax = 20;

const style = `
.plot { width: 100%; height: auto; display: block; background: var(--card); border: 1px solid var(--rule); border-radius: 8px; }
.plots { display: grid; grid-template-columns: repeat(auto-fill, minmax(30rem, 1fr)); gap: 1.1rem; }
.plots figure { margin: 0; break-inside: avoid; } .plots h3 { margin: 0 0 .35rem; break-after: avoid; }
.plots h3 span { color: var(--soft); font-weight: 400; font-size: .85rem; }
article { break-inside: avoid; } article h3 { break-after: avoid; }
.grid { stroke: var(--grid); } .axis-text { fill: var(--soft); font: 11px system-ui, sans-serif; }
.curve { fill: none; stroke: var(--apply); stroke-width: 1.5; } .dot { fill: var(--apply); }
.cross { stroke: var(--bad); stroke-width: 2; fill: none; }
pre { background: var(--card); border: 1px solid var(--rule); padding: .7rem .9rem; overflow-x: auto; font-size: .78rem; }
tr.bad td:nth-child(2) { color: var(--bad); } @media (max-width: 40rem) { .plots { grid-template-columns: 1fr; } .axis-text { font-size: 15px; } }
@media print { .plots { grid-template-columns: 1fr 1fr; gap: .7rem; } .axis-text { font-size: 14px; } }`;

/** With the version of the program that writes it, and when. */
export function canaryPage(
  cloud: string,
  unsorted: readonly CanaryRun[],
  { version, writtenAt }: { readonly version: string; readonly writtenAt: string },
): string {
  const runs = [...unsorted].sort((a, b) => Date.parse(a.startedAt) - Date.parse(b.startedAt));
  const range = plotRange(runs.map(({ startedAt }) => Date.parse(startedAt)));
  return documentOf(
    `Canaries of ${cloud}`,
    style,
    html`${heading(cloud, runs)}
      <section>
        <h2>Seconds per phase</h2>
        <div class="plots">${plots(runs, range)}</div>
      </section>
      ${failures(runs)}
      <section>
        <h2>Runs</h2>
        ${runTables(runs)}
      </section>
      <footer>Times are UTC. Written by holdfast ${version}, ${instantText(writtenAt)}.</footer>`,
  );
}

const tones = { good: 'good', bad: 'bad', busy: 'open' } as const;

function heading(cloud: string, runs: readonly CanaryRun[]): Html {
  const last = runs.at(-1);
  const bad = runs.filter(({ result }) => result === 'bad').length;
  const [first] = runs;
  return html`<header>
    <div class="head">
      <h1>Canaries of ${cloud}</h1>
      <span class="phase ${tones[last?.result ?? 'busy']}">last ${last?.result ?? ''}</span>
    </div>
    <p class="lead">${instantText(first?.startedAt ?? '')} to ${instantText(last?.startedAt ?? '')}</p>
    <ul class="recap">
      <li><b>${runs.length}</b>runs</li>
      <li class="${bad === 0 ? 'none' : 'bad'}"><b>${bad}</b>bad</li>
      <li>
        <b
          >${percentile(
            runs.filter(({ result }) => result === 'good').map(({ seconds }) => seconds),
            50,
          )}</b
        >median seconds
      </li>
    </ul>
  </header>`;
}

function plots(runs: readonly CanaryRun[], range: PlotRange): Html[] {
  const told = runs.filter(({ result }) => result !== 'busy');
  const whole: PlotPoint[] = told.map(({ startedAt, seconds, result }) => ({
    at: Date.parse(startedAt),
    value: seconds,
    isGood: result === 'good',
    label: `${startedAt}: ${seconds} s`,
  }));
  const phases = canaryPhases.flatMap((phase) => {
    const points = pointsOf(runs, phase);
    return points.length === 0 ? [] : [plotCard(phase, points, range, 's')];
  });
  const paces = (['out', 'in'] as const).flatMap((way) => {
    const points = runs.flatMap(({ startedAt, throughput, failedPhase }): PlotPoint[] => {
      const value = throughput[way];
      if (value === undefined) return [];
      const isGood = failedPhase !== `throughput-${way}`;
      return [{ at: Date.parse(startedAt), value, isGood, label: `${startedAt}: ${value} MB/s` }];
    });
    return points.length === 0
      ? []
      : [plotCard(`MB/s ${way === 'out' ? 'out of' : 'into'} the guest`, points, range, 'MB/s')];
  });
  return [plotCard('whole run', whole, range, 's'), ...phases, ...paces];
}

function plotCard(title: string, points: readonly PlotPoint[], range: PlotRange, unit: string): Html {
  return html`<figure>
    <h3>${title} <span>${summaryOf(points, unit)}</span></h3>
    ${latencyPlot(points, range, unit)}
  </figure>`;
}

/** `2 of 363 failed (0.6 %); median 4.2 s, 95 % within 8.1 s, slowest 9 s`: the times are of those that ended well. */
function summaryOf(points: readonly PlotPoint[], unit: string): string {
  const values = points.filter(({ isGood }) => isGood).map(({ value }) => value);
  const failed = points.length - values.length;
  const share = failed === 0 ? '' : ` (${((100 * failed) / points.length).toFixed(1)} %)`;
  const rate = `${failed} of ${points.length} failed${share}`;
  // Of a pace the slow end is the low one.
  const times =
    unit === 's'
      ? `95 % within ${percentile(values, 95)} ${unit}, slowest ${percentile(values, 100)} ${unit}`
      : `95 % at least ${percentile(values, 5)} ${unit}, least ${percentile(values, 0)} ${unit}`;
  return values.length === 0 ? rate : `${rate}; median ${percentile(values, 50)} ${unit}, ${times}`;
}

function pointsOf(runs: readonly CanaryRun[], wanted: CanaryPhaseName): PlotPoint[] {
  return runs.flatMap(({ startedAt, phases }) =>
    phases
      .filter(({ phase, outcome }) => phase === wanted && outcome !== 'skipped')
      .map(({ seconds, outcome }) => ({
        at: Date.parse(startedAt),
        value: seconds,
        isGood: outcome === 'good',
        label: `${startedAt}: ${seconds} s, ${outcome}`,
      })),
  );
}

function failures(runs: readonly CanaryRun[]): Html | string {
  const bad = runs
    .filter(({ result }) => result === 'bad')
    .reverse()
    .slice(0, 10);
  if (bad.length === 0) return '';
  return html`<section>
    <h2>What failed, newest first</h2>
    ${bad.map(
      ({ startedAt, failedPhase, failure, consoleTail }) =>
        html`<article>
          <h3>${instantText(startedAt)}: ${failedPhase ?? 'before the first phase'}</h3>
          <p>
            ${failure?.message ?? ''}${failure?.cause === undefined ? '' : html`<br /><code>${failure.cause}</code>`}
          </p>
          ${consoleTail === undefined ? '' : html`<pre>${consoleTail}</pre>`}
        </article>`,
    )}
  </section>`;
}

/** The newest stand open; the rest is folded, or two days fill forty screens of a phone. */
function runTables(runs: readonly CanaryRun[]): Html {
  const shown = [...runs].reverse().slice(0, stepsMax);
  const [newest, rest] = [shown.slice(0, openMax), shown.slice(openMax)];
  return html`${runTable(newest)}
  ${
    rest.length === 0
      ? ''
      : html`<details>
          <summary>${rest.length} before them</summary>
          ${runTable(rest)}
        </details>`
  }`;
}

function runTable(shown: readonly CanaryRun[]): Html {
  return html`<table class="plain runs">
    <thead>
      <tr>
        <th>Begun</th>
        <th>Result</th>
        <th class="number">Seconds</th>
        <th class="number">Out MB/s</th>
        <th class="number">In MB/s</th>
        <th>Slowest phase</th>
      </tr>
    </thead>
    <tbody>
      ${shown.map(({ startedAt, result, failedPhase, seconds, throughput, phases }) => {
        const [slowest] = [...phases].sort((a, b) => b.seconds - a.seconds);
        return html`<tr class="${result}">
          <td>${instantText(startedAt)}</td>
          <td>${result}${failedPhase === undefined ? '' : `: ${failedPhase}`}</td>
          <td class="number">${rounded(seconds)}</td>
          <td class="number">${throughput.out === undefined ? '' : rounded(throughput.out)}</td>
          <td class="number">${throughput.in === undefined ? '' : rounded(throughput.in)}</td>
          <td>${slowest === undefined ? '' : `${slowest.phase} ${rounded(slowest.seconds)} s`}</td>
        </tr>`;
      })}
    </tbody>
  </table>`;
}

/** The value that so many percent do not exceed; a dash of none. */
function percentile(values: readonly number[], percent: number): string {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.max(0, Math.ceil((percent / 100) * sorted.length) - 1)];
  return found === undefined ? '–' : rounded(found);
}

const rounded = (value: number): string => String(Math.round(value * 100) / 100);
