// SPDX-License-Identifier: Apache-2.0
// Workflow interceptors of the live ceremonies: an hour of waiting takes two seconds, and what is lost is noticed soon. Replay compares neither.
import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';
import { compression } from './compression.ts';

/** A station heartbeats each 3 s at most, with room for a busy machine. */
const heartbeatMilliseconds = 6000;
/** A station is started in 3 s; a machine that is busier has the call given again. */
const unattendedMilliseconds = 5000;

export const interceptors: WorkflowInterceptorsFactory = () => ({
  outbound: [
    {
      startTimer: (input, next) =>
        next({ ...input, durationMs: Math.max(1, Math.round(input.durationMs / compression)) }),
      scheduleActivity: (input, next) => {
        const { options } = input;
        const waits = options.scheduleToStartTimeout === undefined ? {} : unattended;
        return next({ ...input, options: { ...options, ...waits, heartbeatTimeout: heartbeatMilliseconds } });
      },
    },
  ],
});

const unattended = { scheduleToStartTimeout: unattendedMilliseconds };
