// SPDX-License-Identifier: Apache-2.0
// Reports a run in few lines: a line per file as it ends, and of each failure the name, the message and the place.
// The whole of it is in the JSON report. Of a long proof that passed it writes the ledger's line.
import { relative } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import type { Reporter, TestModule } from 'vitest/node';
import { proofNameOf, record } from './proofs/runner/ledger.mjs';
import { isWholeProof, proofSeed } from './proofs/runner/seeded-part.ts';

/** Lines of one failure's message: enough for an assertion's two sides, and ten failures still fit on two screens. */
const messageLines = 14;

/** Failed tests of a file that are shown whole; the JSON report has all of them. */
const testsShown = 5;

interface Failure {
  message?: string;
  diff?: string;
  stacks?: { file: string; line: number }[];
}

export default class BriefReporter implements Reporter {
  readonly #isQuiet = process.env['HOLDFAST_GATE_QUIET'] === '1';

  onTestModuleEnd(module: TestModule): void {
    const name = nameOf(module);
    this.#tell(name, module.errors());
    // A hook that failed is the cause of what failed behind it: it comes first, and what follows it is short.
    const hooks = [...module.children.allSuites()].filter((suite) => suite.errors().length > 0);
    for (const suite of hooks) this.#tell(`${name} > hook of ${suite.fullName}`, suite.errors());
    const failed = [...module.children.allTests('failed')];
    const shown = failed.slice(0, hooks.length > 0 ? 1 : testsShown);
    for (const test of shown) this.#tell(`${name} > ${test.fullName}`, test.result().errors ?? []);
    if (failed.length > shown.length)
      console.log(`  FAILED ${name} > ${String(failed.length - shown.length)} more tests`);
    if (process.env['HOLDFAST_LEDGER'] === '1' && module.ok()) recordProof(module);
    if (this.#isQuiet) return;
    const count = [...module.children.allTests()].length;
    const mark = module.ok() ? 'ok    ' : 'FAILED';
    const seconds = Math.round(module.diagnostic().duration / 1000);
    console.log(`  ${mark} ${name} (${String(count)} tests, ${String(seconds)} s)`);
  }

  onTestRunEnd(_modules: readonly TestModule[], errors: readonly Failure[]): void {
    this.#tell('outside of every test', errors);
  }

  #tell(name: string, errors: readonly Failure[]): void {
    if (errors.length === 0) return;
    console.log(`  FAILED ${name}`);
    for (const error of errors) console.log(text(error));
  }
}

/** A part of a file, chosen by its tests' names, proves nothing whole. */
function recordProof(module: TestModule): void {
  const name = proofNameOf(module.moduleId);
  const isComplete = [...module.children.allTests()].every((test) => test.result().state === 'passed');
  if (name === null || !isComplete) return;
  const { duration } = module.diagnostic();
  const part = isWholeProof ? 'whole' : 'seeded';
  record(process.cwd(), name, { seed: proofSeed(), part, seconds: duration / 1000 });
}

function nameOf(module: TestModule): string {
  return relative(process.cwd(), module.moduleId);
}

function text({ message = 'no message', diff, stacks }: Failure): string {
  const lines = stripVTControlCharacters([message, diff ?? ''].join('\n'))
    .trim()
    .split('\n');
  const place = stacks?.find(({ file }) => !file.includes('node_modules'));
  return [
    ...lines.slice(0, messageLines),
    ...(lines.length > messageLines ? [`(${String(lines.length - messageLines)} more lines)`] : []),
    ...(place === undefined ? [] : [`at ${relative(process.cwd(), place.file)}:${String(place.line)}`]),
  ]
    .map((line) => `         ${line}`)
    .join('\n');
}
