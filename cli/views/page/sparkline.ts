// SPDX-License-Identifier: Apache-2.0
// Results over time as a row of bars: as high as they took, a failure over the whole height; where nothing ran there is a gap. Pure.
import { html, type Html } from './html.ts';

export interface SparklinePoint {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly seconds: number;
  readonly result: 'good' | 'bad' | 'busy';
  /** Shown when the pointer rests on it. */
  readonly label: string;
}

const width = 360;
const height = 36;
/** A bar is never thinner than what an eye finds. */
const barWidth = 3;

/** From `begin` to `end`, milliseconds since 1970. */
export function sparkline(
  points: readonly SparklinePoint[],
  { begin, end }: { readonly begin: number; readonly end: number },
): Html {
  const top = Math.max(1, ...points.map(({ seconds }) => seconds));
  const x = (at: number): number => Math.round(((at - begin) / (end - begin)) * (width - barWidth));
  return html`<svg class="spark" viewBox="0 0 ${width} ${height}" role="img" aria-label="${summary(points)}">
    <line class="grid" x1="0" x2="${width}" y1="${height - 1}" y2="${height - 1}" />
    ${failuresLast(points).map(({ at, seconds, result, label }) => {
      const share = result === 'bad' ? 1 : seconds / top;
      const high = Math.max(4, Math.round(share * (height - 4)));
      return html`<rect
        class="${result}"
        x="${x(at)}"
        y="${height - 1 - high}"
        width="${barWidth}"
        height="${high}"
      >
        <title>${label}</title>
      </rect>`;
    })}
  </svg>`;
}

/** What is drawn later lies on top. */
const failuresLast = (points: readonly SparklinePoint[]): SparklinePoint[] =>
  [...points].sort((one, other) => Number(one.result === 'bad') - Number(other.result === 'bad'));

function summary(points: readonly SparklinePoint[]): string {
  const bad = points.filter(({ result }) => result === 'bad').length;
  return `${points.length} runs, ${bad} of them bad`;
}
