// SPDX-License-Identifier: Apache-2.0
// Writes one archive for those who help: what this machine and its subjects say, without a secret. Changes nothing else.
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { execa } from 'execa';
import { causeLine, Failure } from '../../../activities/clients/failure.ts';
import { redact } from '../../../activities/clients/redact.ts';
import type { SuperviseSettings } from '../../embedded/supervise-settings.ts';
import { status } from '../../embedded/supervise-status.ts';
import { requireNew, writeNew } from '../new-file.ts';
import { examine } from '../doctor/doctor.ts';
import { knownSecrets } from './known-secrets.ts';
import { logEntries, machineEntries, type SupportEntry } from './machine-facts.ts';
import { subjectEntries } from './subject-facts.ts';

export interface SupportRequest {
  readonly settings: SuperviseSettings;
  readonly userId: number;
  /** Where the archive is written; it must not be there yet. */
  readonly path: string;
  /** What the command line knows: its version, and runs as Temporal shows them. JSON, or a text that says why there is none. */
  readonly runs: string;
}

export interface SupportResult {
  readonly path: string;
  readonly bytes: number;
  readonly files: readonly string[];
  /** What could not be read, with the reason. */
  readonly missing: readonly string[];
  /** How many values were looked for. */
  readonly secrets: number;
}

/** @throws Failure where a secret would be in it, or a file is there already */
export async function writeSupportBundle(
  { settings, userId, path, runs }: SupportRequest,
  say: (text: string) => void,
): Promise<SupportResult> {
  await requireNew(path, 'support bundle');
  const secrets = await knownSecrets(settings.stateDirectory);
  const entries: SupportEntry[] = [
    { name: 'runs.json', read: () => Promise.resolve(runs) },
    { name: 'doctor.json', read: async () => JSON.stringify(await examine(settings, userId), null, 2) },
    { name: 'processes.json', read: async () => JSON.stringify(await status(settings), null, 2) },
    ...machineEntries(),
    ...(await logEntries(settings.stateDirectory)),
    ...(await subjectEntries(settings.stateDirectory)),
  ];
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-support-'));
  try {
    const missing = await layEntries(join(folder, 'holdfast-support'), entries, secrets, say);
    const files = entries.map(({ name }) => name).filter((name) => !missing.has(name));
    await requireNoSecret(join(folder, 'holdfast-support'), [...files, 'missing.txt'], secrets);
    const bytes = await archive(folder, path);
    return {
      path,
      bytes,
      files,
      missing: [...missing].map(([name, why]) => `${name}: ${why}`),
      secrets: secrets.length,
    };
  } finally {
    await rm(folder, { recursive: true });
  }
}

/** Names of what could not be read, with the reason. */
async function layEntries(
  folder: string,
  entries: readonly SupportEntry[],
  secrets: readonly string[],
  say: (text: string) => void,
): Promise<Map<string, string>> {
  const missing = new Map<string, string>();
  let group = '';
  for (const { name, read } of entries) {
    const [first = '', ...below] = name.split('/');
    const next = below.length === 0 ? 'runs and processes' : first;
    if (next !== group) say(`reading ${next}`);
    group = next;
    const text = await read().catch((error: unknown) => {
      missing.set(name, causeLine(error));
      return null;
    });
    if (text === null) continue;
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), withoutSecrets(text, secrets));
  }
  const lines = [...missing].map(([name, why]) => `${name}: ${withoutSecrets(why, secrets)}\n`);
  await writeFile(join(folder, 'missing.txt'), lines.join(''));
  return missing;
}

/** Known values first, then whatever looks like a secret. */
export function withoutSecrets(text: string, secrets: readonly string[]): string {
  return redact(secrets.reduce((clean, value) => clean.replaceAll(value, '[redacted]'), text));
}

/** Searches the written files for secrets before the archive is made. @throws Failure */
export async function requireNoSecret(
  folder: string,
  names: readonly string[],
  secrets: readonly string[],
): Promise<void> {
  for (const name of names) {
    const bytes = await readFile(join(folder, name));
    if (!secrets.some((value) => bytes.includes(value))) continue;
    throw new Failure('Invariant', `${name} would hold a secret of this machine; no bundle was written`, {
      on: name,
      hint: 'Report this, with the name of the file alone',
    });
  }
}

/** Its size in bytes. */
async function archive(folder: string, path: string): Promise<number> {
  const packed = join(folder, basename(path));
  await execa('tar', ['-C', folder, '-czf', packed, 'holdfast-support']);
  const bytes = await readFile(packed);
  await writeNew(path, bytes, 'support bundle');
  return bytes.length;
}
