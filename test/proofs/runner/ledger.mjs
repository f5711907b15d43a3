// SPDX-License-Identifier: Apache-2.0
// Which long proofs are due: those whose folders, named in their headers, differ from what the ledger says was proved. Runs none.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { sourceDigest } from '../../../workers/source-digest.mjs';

const suffix = '.proof.test.ts';

/**
 * Name of the proof in a test file, in whatever folder below the proofs it lies; null for another file.
 * @param {string} path
 */
export const proofNameOf = (path) =>
  path.includes(`/${folder}/`) && path.endsWith(suffix) ? basename(path, suffix) : null;

const folder = 'test/proofs';

/** What every proof depends on: a change here makes all of them due, behind those whose own folders changed. */
const base = [
  'workflows/engine',
  'workflows/contracts',
  'activities/step-scope.ts',
  'activities/run-command.ts',
  'activities/clients',
  'profiles',
];

/**
 * One line of the ledger, a file of its own so that two branches do not meet in it.
 * @typedef {{ own: string, base: string, commit: string, seed: string, part: string, seconds: number, takenAt: string }} Entry
 * @typedef {{ name: string, file: string, proves: string[], own: string, base: string, entry: Entry | null,
 *   reason: 'never taken' | 'changed' | 'base changed' | null, seconds: number | null }} Proof
 */

/** @param {string} root @returns {Proof[]} every proof; `reason` is null for one that is not due */
export function readProofs(root) {
  // Those of one topic may lie in a folder of it; their names are unique all the same.
  const files = readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' }).filter((name) =>
    name.endsWith(suffix),
  );
  const baseDigest = digestOf(root, base);
  return files.sort().map((fileName) => {
    const name = basename(fileName, suffix);
    const file = `${folder}/${fileName}`;
    const proves = foldersOf(readFileSync(join(root, file), 'utf8'), file);
    const own = digestOf(root, [...proves, file]);
    const entry = readEntry(root, file);
    const reason = reasonOf(entry, own, baseDigest);
    return {
      name,
      file,
      proves,
      own,
      base: baseDigest,
      entry,
      reason,
      seconds: entry?.seconds ?? null,
    };
  });
}

/**
 * Those that are due, in the order in which they are taken: of changed operations first, then never taken ones, then the oldest.
 * @param {readonly Proof[]} proofs @returns {Proof[]}
 */
export function dueProofs(proofs) {
  const order = ['changed', 'never taken', 'base changed'];
  const rank = (/** @type {Proof} */ { reason }) => order.indexOf(reason ?? '');
  const takenAt = (/** @type {Proof} */ { entry }) => entry?.takenAt ?? '';
  return proofs
    .filter(({ reason }) => reason !== null)
    .sort(
      (a, b) => rank(a) - rank(b) || takenAt(a).localeCompare(takenAt(b)) || a.name.localeCompare(b.name),
    );
}

/**
 * As many of the first as fit into the seconds that are left, three at once on 2 cores. One that was never taken has no time
 * that could fit: a person takes it first.
 * @param {readonly Proof[]} due @param {number} seconds @returns {Proof[]}
 */
export function fitting(due, seconds) {
  /** @type {Proof[]} */
  const taken = [];
  for (const proof of due)
    if (proof.seconds !== null && wallSeconds([...taken, proof]) <= seconds) taken.push(proof);
  return taken;
}

/**
 * @source three files at once took 0.4 of the sum of their times, and never less than the longest; 120 s go before the first
 * @param {readonly Proof[]} proofs
 */
function wallSeconds(proofs) {
  const seconds = proofs.map((proof) => proof.seconds ?? 0);
  const sum = seconds.reduce((total, each) => total + each, 0);
  return 120 + Math.max(...seconds, 0.4 * sum);
}

/** Writes the ledger's line of a proof that passed. @param {string} root @param {string} name @param {{ seed: string, part: string, seconds: number }} run */
export function record(root, name, { seed, part, seconds }) {
  const proof = readProofs(root).find((each) => each.name === name);
  if (proof === undefined) throw new Error(`There is no proof ${name}`);
  const entry = {
    own: proof.own,
    base: proof.base,
    commit: commitOf(root),
    seed,
    part,
    seconds: Math.round(seconds),
    takenAt: new Date().toISOString().slice(0, 19) + 'Z',
  };
  const path = entryPath(root, proof.file);
  mkdirSync(dirname(path), { recursive: true });
  writeFileSync(path, `${JSON.stringify(entry, null, 2)}\n`);
}

/** @param {Entry | null} entry @param {string} own @param {string} baseDigest @returns {Proof['reason']} */
function reasonOf(entry, own, baseDigest) {
  if (entry === null) return 'never taken';
  if (entry.own !== own) return 'changed';
  return entry.base === baseDigest ? null : 'base changed';
}

/** @param {string} text @param {string} file @returns {string[]} @throws Error without a line `// Proves: …` */
function foldersOf(text, file) {
  const named = /^\/\/ Proves: (.+)$/m.exec(text)?.[1];
  if (named === undefined) throw new Error(`${file} names no folders in a line "// Proves: …"`);
  return named.trim().split(/\s+/);
}

/** @param {string} root @param {readonly string[]} paths */
function digestOf(root, paths) {
  const digest = sourceDigest(root, paths);
  if (digest === null) throw new Error(`One of these is not there: ${paths.join(' ')}`);
  return digest;
}

/** In the ledger's folders as the proof lies in those of the proofs. @param {string} root @param {string} file */
const entryPath = (root, file) =>
  join(root, folder, 'ledger', `${file.slice(folder.length + 1, -suffix.length)}.json`);

/** @param {string} root @param {string} file @returns {Entry | null} null for a proof that was never taken */
function readEntry(root, file) {
  let text;
  try {
    text = readFileSync(entryPath(root, file), 'utf8');
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code === 'ENOENT') return null;
    throw error;
  }
  return JSON.parse(text);
}

/** @param {string} root @returns {string} `none` outside of a repository */
function commitOf(root) {
  try {
    const options = /** @type {const} */ ({
      cwd: root,
      encoding: 'utf8',
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    return execFileSync('git', ['rev-parse', '--short=12', 'HEAD'], options).trim();
  } catch {
    return 'none';
  }
}
