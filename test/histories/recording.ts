// SPDX-License-Identifier: Apache-2.0
// Writes the history of a run beside the others, in Temporal's own JSON.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { root } from '../system/lab.ts';

export async function record(name: string, handle: WorkflowHandle): Promise<void> {
  const json = historyToJSON(await handle.fetchHistory());
  await writeFile(
    join(root, 'test', 'histories', `${name}.json`),
    `${JSON.stringify(JSON.parse(json), null, 1)}\n`,
  );
  console.log(`recorded ${name}`);
}
