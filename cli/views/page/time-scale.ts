// SPDX-License-Identifier: Apache-2.0
// The axis of a timeline: instants to shares of the width, with long idle stretches cut short. Pure.
import { durationText } from '../../terminal/duration.ts';

export interface Interval {
  readonly from: number;
  readonly to: number;
}

export interface TimeScale {
  /** The share of the width, 0 to 100, at which an instant stands. */
  at(milliseconds: number): number;
  readonly ticks: readonly { readonly left: number; readonly label: string }[];
  /** Idle stretches that are shown shorter than they were. */
  readonly cuts: readonly { readonly left: number; readonly width: number; readonly label: string }[];
}

/** A cut stretch takes this share of the width. */
const cutShare = 0.05;
const tickCount = 7;
/** Closer than this, in percent, two labels would touch. */
const tickGapPercentMin = 9;
const niceSeconds = [1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1200, 1800, 3600, 7200, 14_400, 43_200, 86_400];

interface Piece extends Interval {
  readonly isCut: boolean;
  readonly left: number;
  readonly width: number;
}

/** `busy` are the stretches in which something was done; `begin` to `end` is shown. */
export function timeScale(busy: readonly Interval[], begin: number, end: number): TimeScale {
  const pieces = placed(piecesOf(merged(busy), begin, Math.max(end, begin + 1000)));
  const at = (instant: number): number => {
    const piece = pieces.find(({ to }) => instant <= to) ?? pieces.at(-1);
    if (piece === undefined) return 0;
    const share = (Math.max(instant, piece.from) - piece.from) / Math.max(1, piece.to - piece.from);
    return piece.left + piece.width * Math.min(1, share);
  };
  const cuts = pieces
    .filter(({ isCut }) => isCut)
    .map(({ left, width, from, to }) => ({ left, width, label: durationText(to - from) }));
  return { at, ticks: ticksOf(pieces, begin), cuts };
}

function merged(intervals: readonly Interval[]): Interval[] {
  const result: Interval[] = [];
  for (const next of [...intervals].sort((a, b) => a.from - b.from)) {
    const last = result.at(-1);
    if (last !== undefined && next.from <= last.to)
      result.splice(-1, 1, { from: last.from, to: Math.max(last.to, next.to) });
    else result.push(next);
  }
  return result;
}

/** Busy and idle stretches in turn; an idle one longer than an eighth of all the work is to be cut. */
function piecesOf(busy: readonly Interval[], begin: number, end: number): (Interval & { isCut: boolean })[] {
  const work = busy.reduce((sum, { from, to }) => sum + to - from, 0);
  const longest = Math.max(20_000, work / 8);
  const edges = [...busy.flatMap(({ from, to }) => [from, to]), end];
  const pieces: (Interval & { isCut: boolean })[] = [];
  let from = begin;
  edges.forEach((edge, index) => {
    const to = Math.min(end, Math.max(from, edge));
    const isIdle = index % 2 === 0;
    if (to > from) pieces.push({ from, to, isCut: isIdle && to - from > longest });
    from = to;
  });
  return pieces;
}

function placed(pieces: readonly (Interval & { isCut: boolean })[]): Piece[] {
  const cuts = pieces.filter(({ isCut }) => isCut).length;
  const cutWidth = 100 * Math.min(cutShare, 0.4 / Math.max(1, cuts));
  const room = 100 - cutWidth * cuts;
  const shown = pieces.reduce((sum, { isCut, from, to }) => sum + (isCut ? 0 : to - from), 0);
  let left = 0;
  return pieces.map((piece) => {
    const width = piece.isCut ? cutWidth : (room * (piece.to - piece.from)) / Math.max(1, shown);
    left += width;
    return { ...piece, left: left - width, width };
  });
}

function ticksOf(pieces: readonly Piece[], begin: number): TimeScale['ticks'] {
  const shown = pieces.filter(({ isCut }) => !isCut);
  const total = shown.reduce((sum, { from, to }) => sum + to - from, 0);
  const step = 1000 * (niceSeconds.find((seconds) => seconds * 1000 * tickCount >= total) ?? 86_400);
  const ticks: { left: number; label: string }[] = [];
  for (const { from, to, left, width } of shown) {
    for (let elapsed = Math.ceil((from - begin) / step) * step; begin + elapsed <= to; elapsed += step) {
      const place = left + (width * (begin + elapsed - from)) / (to - from);
      const isFree = place - (ticks.at(-1)?.left ?? -100) >= tickGapPercentMin;
      if (isFree && place < 97) ticks.push({ left: place, label: durationText(elapsed) });
    }
  }
  return ticks;
}
