// SPDX-License-Identifier: Apache-2.0
// Writes the history of a run beside the others, in Temporal's own JSON.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { root } from '../system/lab.ts';

/** For runs that a system test makes anyway: written only where HOLDFAST_RECORD is 1. */
export async function recordIfAsked(name: string, handle: WorkflowHandle): Promise<void> {
  if (process.env['HOLDFAST_RECORD'] === '1') await record(name, handle);
}

export async function record(name: string, handle: WorkflowHandle): Promise<void> {
  // Stacks of errors name the folder that the project lies in, which is nobody else's.
  const json = historyToJSON(await handle.fetchHistory()).replaceAll(`${root}/`, '/holdfast/');
  await writeFile(
    join(root, 'test', 'histories', `${name}.json`),
    `${JSON.stringify(JSON.parse(json), null, 1)}\n`,
  );
  console.log(`recorded ${name}`);
}
