// SPDX-License-Identifier: Apache-2.0
// Prints a compiled table as text that is the same for the same table, and compares it with a file beside the test.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { stringify } from 'yaml';
import { expect } from 'vitest';
import type { ActivityCall, CompiledStep } from '../../workflows/contracts/run/table.ts';

/** One YAML document per step; what stands in a step's arguments is sorted by name. */
export function goldenText(steps: readonly CompiledStep[]): string {
  const call = (each: ActivityCall | null): unknown =>
    each === null ? null : { ...each, args: sorted(each.args) };
  const documents = steps.map(({ id, title, after, observe, apply, ...rest }) => {
    const same = apply !== null && JSON.stringify(apply.args) === JSON.stringify(observe.args);
    const shown = same ? { activity: apply.activity, args: '(those of observe)' } : call(apply);
    const { profile, settleSeconds, tries, onFailure, cancel, exclusive, skippable, ...unknown } = rest;
    const options = { profile, settleSeconds, tries, onFailure, cancel, exclusive, skippable, ...unknown };
    return stringify(
      { id, title, after, ...options, observe: call(observe), apply: shown },
      // Long lines stay whole: a folded line would change with its neighbours.
      { lineWidth: 0, aliasDuplicateObjects: false },
    );
  });
  return documents.join('---\n');
}

/** Set HOLDFAST_WRITE_GOLDENS=1 to write the file instead, then read its difference before you commit it. */
export function expectGolden(name: string, text: string): void {
  const path = join(import.meta.dirname, 'goldens', name);
  if (process.env['HOLDFAST_WRITE_GOLDENS'] === '1') writeFileSync(path, text);
  expect(text, `${name} differs; HOLDFAST_WRITE_GOLDENS=1 writes it anew`).toBe(readFileSync(path, 'utf8'));
}

function sorted(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(sorted);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).map(([name, inner]): [string, unknown] => [name, sorted(inner)]);
  return Object.fromEntries(entries.sort(([one], [other]) => (one < other ? -1 : 1)));
}

export interface NamedValue {
  readonly path: string;
  readonly name: string;
  readonly value: unknown;
}

/** Every value of a tree with the name it stands under; items of a list stand under the list's name. */
export function namedValues(value: unknown, path = '', name = ''): NamedValue[] {
  if (typeof value !== 'object' || value === null) return [{ path, name, value }];
  return Object.entries(value).flatMap(([key, inner]) =>
    namedValues(inner, `${path}.${key}`, Array.isArray(value) ? name : key),
  );
}
