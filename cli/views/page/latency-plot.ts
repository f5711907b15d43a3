// SPDX-License-Identifier: Apache-2.0
// A check's times over the days as an SVG: a line through those that ended well, a cross for each that failed. Pure.
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
  /** Longest time between two runs that the line joins, milliseconds. */
  readonly gap: number;
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

/** Runs are joined up to three times their usual distance; what lies further apart is a gap in which nothing was measured. */
export function plotRange(times: readonly number[]): PlotRange {
  const sorted = [...times].sort((a, b) => a - b);
  const distances = sorted.slice(1).map((at, index) => at - (sorted[index] ?? at));
  const usual = distances.sort((a, b) => a - b)[Math.floor((distances.length - 1) / 2)] ?? 0;
  return { begin: sorted[0] ?? 0, end: sorted.at(-1) ?? 0, gap: 3 * usual };
}

/** Stretches of good runs without a gap and without a failure between them. */
export function stretchesOf(points: readonly PlotPoint[], gap: number): PlotPoint[][] {
  const stretches: PlotPoint[][] = [];
  let last: PlotPoint | undefined;
  for (const point of points) {
    const isJoined = last?.isGood === true && point.isGood && point.at - last.at <= gap;
    if (isJoined) stretches.at(-1)?.push(point);
    else if (point.isGood) stretches.push([point]);
    last = point;
  }
  return stretches;
}

export function latencyPlot(points: readonly PlotPoint[], range: PlotRange, unit: string): Html {
  const top = niceTop(Math.max(0.001, ...points.map(({ value }) => value)));
  const span = Math.max(1, range.end - range.begin);
  const x = (at: number): number => round(margin.left + ((at - range.begin) / span) * inner.width);
  const y = (value: number): number => round(margin.top + (1 - Math.min(1, value / top)) * inner.height);
  const lines = stretchesOf(points, range.gap).map((stretch) =>
    stretch.map(({ at, value }) => `${x(at)},${y(value)}`).join(' '),
  );
  return html`<svg
    class="plot"
    viewBox="0 0 ${width} ${height}"
    role="img"
    aria-label="${points.length} times, at most ${top} ${unit}"
  >
    ${[0, top / 2, top].map((value) => gridLine(y(value), `${round(value)}`))}
    ${fittingTicks(timeTicks(range), x).map(({ at, label }) => timeLine(x(at), label))}
    ${lines.map((line) => html`<polyline class="curve" points="${line}" />`)}
    ${points.map((point) => mark(point, x(point.at), y(point.value)))}
  </svg>`;
}

const hour = 3_600_000;
const day = 24 * hour;
/** Steps of the axis: at most eight of one fit beside each other. */
const tickSteps = [
  hour / 12,
  hour / 4,
  hour,
  3 * hour,
  6 * hour,
  12 * hour,
  day,
  2 * day,
  7 * day,
  14 * day,
  28 * day,
];
const ticksMax = 8;
/** Of the text of an axis, in units of the picture; wide enough for any digit. */
const letterWidth = 6.4;

interface Tick {
  readonly at: number;
  readonly label: string;
}

/** Whole hours or days (UTC); the first says of which day it is. */
export function timeTicks({ begin, end }: PlotRange): Tick[] {
  const step = tickSteps.find((each) => (end - begin) / each <= ticksMax) ?? 28 * day;
  const ticks: Tick[] = [];
  for (let at = Math.ceil(begin / step) * step; at <= end; at += step) {
    const [date = '', clock = ''] = new Date(at).toISOString().slice(0, 16).split('T');
    const isFirst = ticks.length === 0 && clock !== '00:00';
    // A day is told where it begins.
    const label = clock === '00:00' ? date.slice(5) : isFirst ? `${date.slice(5)} ${clock}` : clock;
    ticks.push({ at, label });
  }
  // A single run, or all within minutes: the time of the first says more than nothing.
  return ticks.length > 0
    ? ticks
    : [{ at: begin, label: new Date(begin).toISOString().slice(5, 16).replace('T', ' ') }];
}

/** Where the first one would run into the second, one of them gives way: the day of the first, unless no other says a day. */
function fittingTicks(ticks: readonly Tick[], x: (at: number) => number): readonly Tick[] {
  const [first, second, ...rest] = ticks;
  if (first === undefined || second === undefined) return ticks;
  const room = x(second.at) - x(first.at);
  if (room > (first.label.length + second.label.length / 2) * letterWidth) return ticks;
  const isDayTold = [second, ...rest].some(({ label }) => label.includes('-'));
  return isDayTold ? [{ ...first, label: first.label.slice(-5) }, second, ...rest] : [first, ...rest];
}

function gridLine(y: number, label: string): Html {
  return html`<line class="grid" x1="${margin.left}" x2="${width - margin.right}" y1="${y}" y2="${y}" />
    <text class="axis-text" x="${margin.left - 6}" y="${y + 4}" text-anchor="end">${label}</text>`;
}

/** The label stands in the middle of its line, and within the picture at both ends. */
function timeLine(x: number, label: string): Html {
  const half = (label.length * letterWidth) / 2;
  const anchor = x - half < margin.left ? 'start' : x + half > width ? 'end' : 'middle';
  return html`<line class="grid" x1="${x}" x2="${x}" y1="${margin.top}" y2="${margin.top + inner.height}" />
    <text class="axis-text" x="${x}" y="${height - 4}" text-anchor="${anchor}">${label}</text>`;
}

function mark({ isGood, label }: PlotPoint, x: number, y: number): Html {
  if (isGood) return html`<circle class="dot" cx="${x}" cy="${y}" r="1.6"><title>${label}</title></circle>`;
  const [left, right, above, below] = [x - 4, x + 4, y - 4, y + 4];
  return html`<path class="cross" d="M${left} ${above}L${right} ${below}M${left} ${below}L${right} ${above}"
    ><title>${label}</title></path
  >`;
}

const round = (value: number): number => Math.round(value * 100) / 100;
