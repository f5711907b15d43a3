// SPDX-License-Identifier: Apache-2.0
// One protobufjs serves all of Temporal's packages: a second copy breaks reading histories as JSON.
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { historyFromJSON, historyToJSON } from '@temporalio/common/lib/proto-utils.js';
import { describe, expect, it } from 'vitest';
import { root } from './planted-tree.ts';

const ours = createRequire(join(root, 'package.json'));

const history = {
  events: [
    {
      eventId: '1',
      eventTime: '2026-01-02T03:04:05.678Z',
      eventType: 'EVENT_TYPE_WORKFLOW_EXECUTION_STARTED',
      taskId: '1048587',
      workflowExecutionStartedEventAttributes: {
        workflowType: { name: 'InstallBox' },
        taskQueue: { name: 'holdfast-control', kind: 'TASK_QUEUE_KIND_NORMAL' },
        input: { payloads: [{ metadata: { encoding: 'anNvbi9wbGFpbg==' }, data: 'eyJuYW1lIjoibGFiIn0=' }] },
        workflowTaskTimeout: '10s',
        originalExecutionRunId: '6a7f2f0e-0000-4000-8000-000000000001',
        attempt: 1,
      },
    },
  ],
};

describe('protobufjs', () => {
  it.each(['common', 'proto', 'worker', 'client'])(
    'protobufjs is the root’s own 8 when @temporalio/%s asks for it',
    (name) => {
      const asked = createRequire(ours.resolve(`@temporalio/${name}`));
      expect(asked.resolve('protobufjs')).toBe(ours.resolve('protobufjs'));
      expect((ours('protobufjs/package.json') as { version: string }).version).toMatch(/^8\./);
    },
  );

  it('historyToJSON() returns what historyFromJSON() read when a history makes the round', () => {
    const once = JSON.parse(historyToJSON(historyFromJSON(history))) as typeof history;
    expect(once).toMatchObject(history);
    expect(JSON.parse(historyToJSON(historyFromJSON(once)))).toEqual(once);
  });
});
