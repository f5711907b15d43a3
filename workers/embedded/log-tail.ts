// SPDX-License-Identifier: Apache-2.0
// Reads the end of a file that grows. Takes nothing out of it.
import { open } from 'node:fs/promises';

/** At most `bytes`. A first line that was cut is left out: half a secret is found by no pattern and no search. @throws Error of the file system */
export async function readTail(path: string, bytes: number): Promise<string> {
  const file = await open(path, 'r');
  try {
    const { size } = await file.stat();
    const { buffer, bytesRead } = await file.read({
      buffer: Buffer.alloc(Math.min(size, bytes)),
      position: Math.max(0, size - bytes),
    });
    const text = buffer.toString('utf8', 0, bytesRead);
    return size > bytes ? text.slice(text.indexOf('\n') + 1) : text;
  } finally {
    await file.close();
  }
}
