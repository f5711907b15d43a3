// SPDX-License-Identifier: Apache-2.0
// The last lines of a log, fit to be shown. Patterns only: it does not know this project's secret values.
import { redact } from '../../activities/clients/redact.ts';
import { readTail } from './log-tail.ts';

/** Bytes shown at most.
 * @source the size that a failure's tail may have in this project: 4 KiB */
const TAIL_BYTES = 4096;

/** Bytes read from the end of a log. @source 64 KiB: a Go program's trace of all its goroutines stands after what it died of */
const READ_BYTES = 65_536;

/** Where a Go program stops telling what happened and begins to tell where. */
const traceBegins = /^goroutine \d+ \[/;

/** Returns the redacted last lines of a log, at most 4 KiB; empty when it cannot be read.
 * @default lineCount 20 */
export async function readRedactedTail(path: string, lineCount = 20): Promise<string> {
  try {
    const text = await readTail(path, READ_BYTES);
    return fitting(redact(text).trimEnd().split('\n'), lineCount);
  } catch {
    return '';
  }
}

function fitting(lines: readonly string[], lineCount: number): string {
  const trace = lines.findIndex((line) => traceBegins.test(line));
  const shown = (trace > 0 ? lines.slice(0, trace) : lines).slice(-lineCount);
  while (shown.length > 1 && Buffer.byteLength(shown.join('\n')) > TAIL_BYTES) shown.shift();
  return shown.join('\n').trimEnd();
}
