// SPDX-License-Identifier: Apache-2.0
// The last lines of a log, fit to be shown. Patterns only: it does not know this project's secret values.
import { open } from 'node:fs/promises';
import { redact } from '../../activities/clients/redact.ts';

/** Bytes read from the end of a log.
 * @source the size that a failure's tail may have in this project: 4 KiB */
const TAIL_BYTES = 4096;

/** Returns the redacted last lines of a log, at most 4 KiB; empty when it cannot be read.
 * @default lineCount 20 */
export async function readRedactedTail(path: string, lineCount = 20): Promise<string> {
  try {
    const file = await open(path, 'r');
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read({
        buffer: Buffer.alloc(Math.min(size, TAIL_BYTES)),
        position: Math.max(0, size - TAIL_BYTES),
      });
      const lines = redact(buffer.toString('utf8', 0, bytesRead))
        .trimEnd()
        .split('\n');
      // A first line cut in the middle may hold half a secret that no pattern knows.
      if (size > TAIL_BYTES) lines.shift();
      return lines.slice(-lineCount).join('\n');
    } finally {
      await file.close();
    }
  } catch {
    return '';
  }
}
