// SPDX-License-Identifier: Apache-2.0
// Runs a tool of node_modules in a folder as the gate does. Judges nothing.
import { join } from 'node:path';
import { execa } from 'execa';
import { root } from './planted-tree.ts';

export interface ToolRun {
  readonly exitCode: number | undefined;
  readonly stdout: string;
}

export async function runTool(tool: string, args: readonly string[], cwd: string): Promise<ToolRun> {
  const bin = join(root, 'node_modules', '.bin', tool);
  const { exitCode, stdout } = await execa(bin, args, { cwd, reject: false, maxBuffer: 100 * 1024 * 1024 });
  return { exitCode, stdout };
}
