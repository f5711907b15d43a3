// SPDX-License-Identifier: Apache-2.0
// What the least box is after an undisturbed install: that of the warm-up, kept for the tests that disturb one.
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inject } from 'vitest';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { endState } from './end-state.ts';

const fileOf = (folder: string): string => join(folder, 'calm-state.json');

export const stateOf = ({ name, networks }: BoxSpec): Promise<string[]> =>
  endState({ box: name, address: networks.management.address });

export async function recordCalmState(folder: string, spec: BoxSpec): Promise<void> {
  await writeFile(fileOf(folder), JSON.stringify(await stateOf(spec)));
}

export async function calmState(): Promise<string[]> {
  return JSON.parse(await readFile(fileOf(inject('sharedFolder')), 'utf8')) as string[];
}
