// SPDX-License-Identifier: Apache-2.0
// Python projects that a program asks a mirror for by http, in the shape of banderctl: each request is one `mirrors add` or
// `remove`, which validates it, starts one run, and refuses what it refuses to a person.
import type { IncomingMessage } from 'node:http';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { execa } from 'execa';
import { z } from 'zod';

/** @source osism/python-banderctl: one POST with a mode and a list of packages */
export const packageListPath = /^\/holdfast\/mirrors\/([a-z][a-z0-9-]{0,46}[a-z0-9])\/allowlist\/packages$/;

/** @source 100 projects with their versions have some 4 KB */
const bodyBytesMax = 64 * 1024;

/** Starting a run takes seconds; on a loaded machine ten times that. */
const secondsMax = 120;

const changeSchema = z.strictObject({
  mode: z.enum(['add', 'delete']),
  // A word that begins with a dash would be an option of the command.
  packages: z.array(z.string().max(300).regex(/^[^-]/)).min(1).max(100),
});

export interface PackageChange extends z.infer<typeof changeSchema> {
  readonly mirror: string;
}

/** What the command said. */
export interface ChangeAnswer {
  readonly exitCode: number;
  /** Of the run; null: none was started. */
  readonly id: string | null;
  readonly said: readonly string[];
}

/** Null for a body that is none, or is too long. */
export async function packageChangeOf(
  request: IncomingMessage,
  mirror: string,
): Promise<PackageChange | null> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.byteLength;
    // Read to its end, so that the answer is.
    if (bytes <= bodyBytesMax) chunks.push(chunk);
  }
  if (bytes > bodyBytesMax) return null;
  const parsed = changeSchema.safeParse(jsonOf(Buffer.concat(chunks).toString('utf8')));
  return parsed.success ? { mirror, ...parsed.data } : null;
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}

/** Starts the run and returns: it is watched by its id. */
export async function changePackages(
  stateDirectory: string,
  { mirror, mode, packages }: PackageChange,
): Promise<ChangeAnswer> {
  const program = join(dirname(fileURLToPath(import.meta.url)), 'cli.js');
  const verb = mode === 'add' ? 'add' : 'remove';
  const words = ['mirrors', verb, mirror, 'pypi', ...packages, '--detach', '--no-input', '--no-color'];
  const { exitCode, stdout, stderr } = await execa(process.execPath, [program, ...words], {
    env: { HOLDFAST_STATE: stateDirectory },
    timeout: secondsMax * 1000,
    stdin: 'ignore',
    reject: false,
  });
  const id = stdout.trim().split('\n').at(-1) ?? '';
  return {
    exitCode: exitCode ?? 1,
    id: id.startsWith('change-mirror/') ? id : null,
    said: stderr.split('\n').filter((line) => line !== ''),
  };
}

/** By the exit codes of the command line: 0 as it was, 8 started, 2 refused. */
export const statusOf = ({ exitCode }: ChangeAnswer): number => {
  if (exitCode === 0) return 200;
  if (exitCode === 8) return 202;
  return exitCode === 2 ? 422 : 502;
};
