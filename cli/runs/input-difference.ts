// SPDX-License-Identifier: Apache-2.0
// Compares two inputs path by path. Pure; judges no difference.

export interface InputDifference {
  readonly path: string;
  readonly theirs: string;
  readonly ours: string;
}

/** Every path at which two plain values differ, in the order of their keys. */
export function inputDifferences(theirs: unknown, ours: unknown, path = ''): InputDifference[] {
  if (isRecord(theirs) && isRecord(ours)) {
    const keys = [...new Set([...Object.keys(ours), ...Object.keys(theirs)])];
    return keys.flatMap((key) =>
      inputDifferences(theirs[key], ours[key], path === '' ? key : `${path}.${key}`),
    );
  }
  const [theirText, ourText] = [shown(theirs), shown(ours)];
  return theirText === ourText
    ? []
    : [{ path: path === '' ? '(whole input)' : path, theirs: theirText, ours: ourText }];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null;
}

function shown(value: unknown): string {
  return value === undefined ? 'nothing' : JSON.stringify(value);
}
