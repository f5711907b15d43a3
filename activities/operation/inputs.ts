// SPDX-License-Identifier: Apache-2.0
// Decodes the input of a run, and refuses one that is none. Parses no schema.
import { ApplicationFailure } from '@temporalio/activity';
import type { RawPayload } from '../../workflows/ports/run/operation.ts';

/** What is wrong with an input. */
export interface InputIssue {
  /** Dotted path of the key, `(whole input)` for the top. */
  readonly path: string;
  readonly message: string;
}

export /** Only one JSON document is an input; everything else is refused by what it is. */
function decode(payloads: readonly RawPayload[]): unknown {
  const [payload] = payloads;
  if (payload === undefined) throw invalid([{ path: '(whole input)', message: 'There is no input' }]);
  if (payloads.length > 1)
    throw invalid([{ path: '(whole input)', message: `${payloads.length} arguments, one is expected` }]);
  if (payload.encoding === 'binary/null') return null;
  if (payload.encoding !== 'json/plain') {
    throw invalid([
      { path: '(whole input)', message: `Encoding ${payload.encoding || 'none'}, json/plain is expected` },
    ]);
  }
  try {
    return JSON.parse(Buffer.from(payload.data).toString('utf8')) as unknown;
  } catch (error) {
    throw invalid([
      { path: '(whole input)', message: `No JSON: ${error instanceof Error ? error.message : ''}` },
    ]);
  }
}

export function invalid(issues: readonly InputIssue[]): ApplicationFailure {
  const message = issues.map(({ path, message: text }) => `${path}: ${text}`).join('; ');
  return ApplicationFailure.create({ type: 'InvalidInput', message, nonRetryable: true, details: [issues] });
}
