// SPDX-License-Identifier: Apache-2.0
// Workflow interceptors of the crash lab: a killed worker's activity is handed on after 3 s, not 10. Replay compares no time-out.
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

const heartbeatMilliseconds = 3000;

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      scheduleActivity: (input, next) =>
        next({ ...input, options: { ...input.options, heartbeatTimeout: heartbeatMilliseconds } }),
    },
  ],
});
