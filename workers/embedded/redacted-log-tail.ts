// SPDX-License-Identifier: Apache-2.0
// The last lines of a log, fit to be shown. Patterns only: it does not know this project's secret values.
import { open } from 'node:fs/promises';

/** Bytes read from the end of a log.
 * @source the size that a failure's tail may have in this project: 4 KiB */
const TAIL_BYTES = 4096;

const REDACTED = '[redacted]';
const PATTERNS: readonly (readonly [RegExp, string])[] = [
  [/-----BEGIN [A-Z ]*PRIVATE KEY-----[\s\S]*?(?:-----END [A-Z ]*PRIVATE KEY-----|$)/g, REDACTED],
  [/AGE-SECRET-KEY-1[0-9A-Z]+/gi, REDACTED],
  [/\b(bearer|basic)\s+[\w.~+/=-]{8,}/gi, `$1 ${REDACTED}`],
  [/(\w[\w+.-]*:\/\/[^\s:/@]*):[^\s@/]+@/g, `$1:${REDACTED}@`],
  [
    /((?:password|passwd|secret|token|api[-_]?key|private[-_]?key)["']?\s*[:=]\s*)("[^"]*"|'[^']*'|[^\s,;}]+)/gi,
    `$1${REDACTED}`,
  ],
];

/** Replaces what looks like a credential; a second pass changes nothing more. */
export function redact(text: string): string {
  return PATTERNS.reduce(
    (redacted, [pattern, replacement]) => redacted.replaceAll(pattern, replacement),
    text,
  );
}

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
