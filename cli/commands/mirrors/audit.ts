// SPDX-License-Identifier: Apache-2.0
// `holdfast mirrors audit`: who asked the proxy of a mirror for what.
import { operations } from '../../../workflows/operations/index.ts';
import { runOptions, watchOptions, type Command } from '../../command.ts';
import { requireMirror } from '../../records/mirror-records.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { exitCodeOption } from '../box/plan.ts';
import { mirrorNameArgument } from './refresh.ts';

export const mirrorsAudit: Command = {
  words: ['mirrors', 'audit'],
  summary: 'show who asked the proxy of a mirror for what, and what it refused',
  arguments: [mirrorNameArgument],
  options: [exitCodeOption, ...runOptions, ...watchOptions],
  examples: ['mirrors audit local-mirror', 'mirrors audit local-mirror --json'],
  run: async (context, [argument = ''], options) => {
    const { name } = await requireMirror(context, argument);
    const request = { operation: operations.auditMirror, subject: name, input: { name } };
    return runOperation(context, options, request);
  },
};
