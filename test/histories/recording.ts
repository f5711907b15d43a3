// SPDX-License-Identifier: Apache-2.0
// Writes the history of a run beside the others, in Temporal's own JSON, compressed; and reads one.
import { readdirSync, readFileSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { root } from '../system/lab.ts';

const folder = join(root, 'test', 'histories');
const suffix = '.json.gz';

/** Of every recorded history, with its folder: `box/install-box-good`. */
export function historyNames(): string[] {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  return files.filter((file) => file.endsWith(suffix)).map((file) => file.slice(0, -suffix.length));
}

/** Parsed JSON. */
export function readHistory(name: string): unknown {
  return JSON.parse(gunzipSync(readFileSync(join(folder, `${name}${suffix}`))).toString('utf8'));
}

/** For runs that a system test makes anyway: written only where HOLDFAST_RECORD is 1. */
export async function recordIfAsked(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env['HOLDFAST_RECORD'] === '1') await record(name, handle);
}

export async function record(name: string, handle: WorkflowHandle): Promise<void> {
  // Stacks of errors name the folder that the project lies in, which is nobody else's.
  const json = historyToJSON(await handle.fetchHistory()).replaceAll(`${root}/`, '/holdfast/');
  const path = join(folder, `${name}${suffix}`);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, gzipSync(json, { level: 9 }));
  console.log(`recorded ${name}`);
}
