// SPDX-License-Identifier: Apache-2.0
// Reports on this machine's own files.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { exitCodes } from '../../../cli/terminal/exit-codes.ts';
import { processIo } from '../../../cli/terminal/io.ts';
import { writeReport } from '../../../cli/report/write-report.ts';

test('writeReport() makes the folders above, and refuses by its path what cannot be written', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-io-'));
  try {
    const io = processIo();
    const path = join(folder, 'new', 'page.html');
    await writeReport(io, path, 'text');
    expect(await readFile(path, 'utf8')).toBe('text');
    // A file where a folder would have to be.
    await expect(writeReport(io, join(path, 'page.html'), 'text')).rejects.toMatchObject({
      exitCode: exitCodes.usage.code,
      message: `${join(path, 'page.html')} cannot be written`,
      details: [expect.stringMatching(/ENOTDIR|EEXIST/)],
    });
  } finally {
    await rm(folder, { recursive: true });
  }
});
