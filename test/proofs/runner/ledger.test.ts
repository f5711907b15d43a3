// SPDX-License-Identifier: Apache-2.0
// A proof is due when its folders are not those that were proved; a release tag is refused while one is.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { root as project } from '../../boundary/planted-tree.ts';
import { dueProofs, fitting, proofNameOf, readProofs, record, type Proof } from './ledger.mjs';

let root: string;
const write = (path: string, text: string): void => {
  mkdirSync(dirname(join(root, path)), { recursive: true });
  writeFileSync(join(root, path), text);
};
const run = { seed: '1', part: 'seeded', seconds: 100 };
const dueNames = (): string[] => dueProofs(readProofs(root)).map(({ name, reason }) => `${name}: ${reason}`);

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'holdfast-ledger-'));
  for (const folder of ['workflows/engine', 'workflows/contracts', 'activities/clients', 'profiles'])
    write(`${folder}/file.ts`, 'one');
  for (const file of ['activities/step-scope.ts', 'activities/run-command.ts']) write(file, 'one');
  for (const name of ['first', 'second']) {
    write(`activities/${name}/file.ts`, 'one');
    write(`test/proofs/${name}.proof.test.ts`, `// Proves: activities/${name}\n`);
  }
});
afterEach(() => rmSync(root, { recursive: true }));

describe('the ledger of proofs', () => {
  it('proofNameOf() names each proof of this project as readProofs() does, and nothing else', () => {
    const proofs = readProofs(project);
    expect(proofs.map(({ file }) => proofNameOf(join(project, file)))).toEqual(
      proofs.map(({ name }) => name),
    );
    expect(proofNameOf(join(project, 'test/proofs/runner/ledger.test.ts'))).toBeNull();
    expect(proofNameOf(join(project, 'test/system/cloud.system.test.ts'))).toBeNull();
  });

  it('readProofs() calls a proof due until it was taken on the very folders it names', () => {
    expect(dueNames()).toEqual(['first: never taken', 'second: never taken']);
    record(root, 'first', run);
    record(root, 'second', run);
    expect(dueNames()).toEqual([]);
    write('activities/second/file.ts', 'two');
    expect(dueNames()).toEqual(['second: changed']);
    write('test/proofs/topic/third.proof.test.ts', '// Proves: activities/first\n');
    record(root, 'third', run);
    expect(existsSync(join(root, 'test/proofs/ledger/topic/third.json'))).toBe(true);
    expect(dueNames()).toEqual(['second: changed']);
    write('test/proofs/first.proof.test.ts', '// Proves: activities/first\n// another test\n');
    expect(dueNames()).toEqual(['first: changed', 'second: changed']);
  });

  it('dueProofs() puts those of changed folders before those of a changed base', () => {
    record(root, 'first', run);
    record(root, 'second', run);
    write('workflows/engine/file.ts', 'two');
    write('activities/second/file.ts', 'two');
    expect(dueNames()).toEqual(['second: changed', 'first: base changed']);
  });

  it('fitting() takes the first that end within the time, and passes over one that is too long or was never taken', () => {
    const due = [300, 5000, 100, null].map((seconds, index) => ({ name: String(index), seconds }) as Proof);
    expect(fitting(due, 1000).map(({ name }) => name)).toEqual(['0', '2']);
    expect(fitting(due, 100)).toEqual([]);
  });

  it('readProofs() refuses a proof without its folders, a folder that is not there, and a line that is no JSON', () => {
    write('test/proofs/third.proof.test.ts', '// Proves nothing\n');
    expect(() => readProofs(root)).toThrow('third.proof.test.ts names no folders');
    write('test/proofs/third.proof.test.ts', '// Proves: activities/none\n');
    expect(() => readProofs(root)).toThrow('activities/none');
    rmSync(join(root, 'test/proofs/third.proof.test.ts'));
    write('test/proofs/ledger/first.json', '{');
    expect(() => readProofs(root)).toThrow(SyntaxError);
  });
});

describe('this project', () => {
  it('has each proof in the table of docs/proofs.md', () => {
    const table = readFileSync(join(project, 'docs/proofs.md'), 'utf8');
    const missing = readProofs(project).filter(({ name }) => !table.includes(`\`${name}\``));
    expect(missing.map(({ name }) => name)).toEqual([]);
  });

  it('refuses a release tag while a proof is due', () => {
    const git = (...args: string[]): string => {
      try {
        return execFileSync('git', args, { cwd: project, encoding: 'utf8', stdio: 'pipe' });
      } catch {
        // Outside of a repository there are no tags.
        return '';
      }
    };
    const tags = git('tag', '--points-at', 'HEAD', 'v*').trim();
    const due = dueProofs(readProofs(project)).map(({ name, reason }) => `${name}: ${String(reason)}`);
    expect(tags === '' ? [] : due, `release ${tags}; run: npm run proofs -- --due`).toEqual([]);
  });
});
