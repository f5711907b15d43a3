// SPDX-License-Identifier: Apache-2.0
// The schema of a failure, where one was written to a file.
import { z } from 'zod';
import { errorKinds, type ErrorCode } from './errors.ts';

export const stepFailure = z.object({
  code: z.enum(Object.keys(errorKinds) as ErrorCode[]),
  message: z.string(),
  on: z.string(),
  cause: z.string().optional(),
  hint: z.string(),
  logPath: z.string().optional(),
  exitCode: z.int().optional(),
  lost: z.boolean().optional(),
});
