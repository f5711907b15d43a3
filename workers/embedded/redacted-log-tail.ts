// SPDX-License-Identifier: Apache-2.0
// The last lines of a log, fit to be shown. Patterns only: it does not know this project's secret values.
import { open } from 'node:fs/promises';
import { redact } from '../../activities/clients/redact.ts';

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
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(Math.min(size, READ_BYTES)),
        position: Math.max(0, size - READ_BYTES),
      });
      const lines = redact(buffer.toString('utf8', 0, bytesRead))
        .trimEnd()
        .split('\n');
      // A first line cut in the middle may hold half a secret that no pattern knows.
      if (size > READ_BYTES) lines.shift();
      return fitting(lines, lineCount);
    } finally {
      await file.close();
    }
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
