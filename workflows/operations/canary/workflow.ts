// SPDX-License-Identifier: Apache-2.0
// Canary flies in any cloud and ends with what it saw, good or bad; its search attributes say so to whoever lists runs.
import { upsertSearchAttributes } from '@temporalio/workflow';
import { defineSearchAttributeKey, SearchAttributeType } from '@temporalio/common';
import type { CanaryFlight } from '../../contracts/canary/canary.ts';
import { canaryAttributes } from '../../contracts/run/messages.ts';
import { measuringOperation } from '../../engine/operation.ts';

const resultKey = defineSearchAttributeKey(canaryAttributes.result, SearchAttributeType.KEYWORD);
const failedPhaseKey = defineSearchAttributeKey(canaryAttributes.failedPhase, SearchAttributeType.KEYWORD);
const secondsKey = defineSearchAttributeKey(canaryAttributes.seconds, SearchAttributeType.DOUBLE);

export const canary = measuringOperation<CanaryFlight>('canary', ({ result, failedPhase, seconds }) =>
  upsertSearchAttributes([
    { key: resultKey, value: result },
    { key: failedPhaseKey, value: failedPhase ?? 'none' },
    { key: secondsKey, value: seconds },
  ]),
);
