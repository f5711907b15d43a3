// SPDX-License-Identifier: Apache-2.0
// The overview as the command line writes it, made at most once every few seconds however many look at it.
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';

/** @source a page of ten boxes is made in 2 s */
const secondsMax = 30;
/** Younger than this it is shown again. */
const freshSeconds = 10;

let last: { readonly at: number; readonly text: Promise<string> } | null = null;

/** HTML. @throws Error when the command fails */
export function overviewPage(stateDirectory: string): Promise<string> {
  const now = performance.now();
  if (last !== null && now - last.at < freshSeconds * 1000) return last.text;
  const text = written(stateDirectory);
  last = { at: now, text };
  // A failure is not kept: the next who asks tries again.
  text.catch(() => (last = null));
  return text;
}

async function written(stateDirectory: string): Promise<string> {
  const program = join(dirname(fileURLToPath(import.meta.url)), 'cli.js');
  const { stdout } = await execa(process.execPath, [program, 'page', '--output', '-'], {
    env: { HOLDFAST_STATE: stateDirectory },
    timeout: secondsMax * 1000,
    stdin: 'ignore',
  });
  return stdout;
}
