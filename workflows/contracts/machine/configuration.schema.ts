// SPDX-License-Identifier: Apache-2.0
// The configuration file of the command line: its keys and what each may say.
import { z } from 'zod';
import { parseWith, type Parsed } from '../run/parse.schema.ts';
import type { Configuration } from './configuration.ts';

const path = z.string().regex(/^\/[^\0\n]*$/, 'Must be an absolute path: it begins with /');
const hostAndPort = /^[^\s:/]+:\d{1,5}$/;

const configuration = z.strictObject({
  state: path.optional(),
  cache: path.optional(),
  address: z.string().regex(hostAndPort, 'Must be HOST:PORT, such as temporal.example.org:7233').optional(),
  namespace: z
    .string()
    .regex(/^[\w.-]+$/, 'Must be a name of letters, digits and . _ -')
    .optional(),
  metrics: z
    .string()
    .refine(
      (text) => text === 'off' || hostAndPort.test(text),
      'Must be HOST:PORT, such as 127.0.0.1:9464, or off',
    )
    .optional(),
  watch: z.enum(['on', 'off']).optional(),
  color: z.enum(['auto', 'always', 'never']).optional(),
  format: z.enum(['text', 'wide', 'json', 'yaml']).optional(),
});

export const parseConfiguration = (raw: unknown): Parsed<Configuration> =>
  parseWith<Configuration>(configuration, raw);
