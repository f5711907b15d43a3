// SPDX-License-Identifier: Apache-2.0
// Every program that a process starts from now on, with its arguments and its environment, by strace. Ends with the process.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';

export interface ExecTrace {
  /** Lines of strace, once the process has ended. */
  lines(): Promise<string[]>;
}

/** Resolves once it follows the process. */
export async function traceExecutions(pid: number): Promise<ExecTrace> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-trace-'));
  const file = join(folder, 'executions');
  const what = ['-e', 'trace=execve', '-e', 'signal=none'];
  // Whole arguments, and the environment in words.
  const tracer = execa('strace', ['-f', '-v', '-s', '262144', ...what, '-o', file, '-p', `${pid}`], {
    reject: false,
  });
  // It says so on stderr: `Process 7 attached`.
  await new Promise((resolve) => tracer.stderr.once('data', resolve));
  return {
    lines: async () => {
      await tracer;
      const text = await readFile(file, 'utf8');
      await rm(folder, { recursive: true });
      return text.split('\n').filter((line) => line.includes('execve('));
    },
  };
}
