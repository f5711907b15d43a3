// SPDX-License-Identifier: Apache-2.0
// A phase's times over the days as an SVG: a line through those that ended well, a cross for each that failed. Pure.
import { type Html, html } from './html.ts';

export interface PlotPoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly value: number;
  readonly isGood: boolean;
  /** Shown when the pointer rests on it. */
  readonly label: string;
}

export interface PlotRange {
  readonly begin: number;
  readonly end: number;
}

const width = 720;
const height = 110;
const margin = { left: 46, right: 10, top: 8, bottom: 20 };
const inner = { width: width - margin.left - margin.right, height: height - margin.top - margin.bottom };

/** The next 1, 2 or 5 times a power of ten: a top of the axis that people can read. */
export function niceTop(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(value, 0.001)));
  const step = [1, 2, 5, 10].find((each) => value <= each * power) ?? 10;
  return Number((step * power).toPrecision(3));
}

export function latencyPlot(points: readonly PlotPoint[], range: PlotRange, unit: string): Html {
  const top = niceTop(Math.max(0.001, ...points.map(({ value }) => value)));
  const span = Math.max(1, range.end - range.begin);
  const x = (at: number): number => round(margin.left + ((at - range.begin) / span) * inner.width);
  const y = (value: number): number => round(margin.top + (1 - Math.min(1, value / top)) * inner.height);
  const good = points.filter(({ isGood }) => isGood);
  const line = good.map(({ at, value }) => `${x(at)},${y(value)}`).join(' ');
  return html`<svg
    class="plot"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${points.length} times, at most ${top} ${unit}"
  >
    ${[0, top / 2, top].map((value) => gridLine(y(value), `${round(value)}`))}
    <text class="axis-text" x="${margin.left}" y="${height - 4}">${clock(range.begin)}</text>
    <text class="axis-text" x="${width - margin.right}" y="${height - 4}" text-anchor="end">
      ${clock(range.end)}
    </text>
    <polyline class="curve" points="${line}" />
    ${points.map((point) => mark(point, x(point.at), y(point.value)))}
  </svg>`;
}

function gridLine(y: number, label: string): Html {
  return html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}" />
    <text class="axis-text" x="${margin.left - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

function mark({ isGood, label }: PlotPoint, x: number, y: number): Html {
  if (isGood) return html`<circle class="dot" cx="${x}" cy="${y}" r="2.5"><title>${label}</title></circle>`;
  const [left, right, above, below] = [x - 4, x + 4, y - 4, y + 4];
  return html`<path class="cross" d="M${left} ${above}L${right} ${below}M${left} ${below}L${right} ${above}"
    ><title>${label}</title></path
  >`;
}

const clock = (at: number): string => new Date(at).toISOString().slice(0, 16).replace('T', ' ');
const round = (value: number): number => Math.round(value * 100) / 100;
