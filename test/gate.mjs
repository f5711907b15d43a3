// SPDX-License-Identifier: Apache-2.0
// Runs the gate: `ok` (no server needed) or `all` (with the system tier). Its last line is `N passed, N failed`.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const bin = (name) => join(root, 'node_modules', '.bin', name);
const expectedList = join(root, 'test', 'system-tests.txt');
// Kept until the next run: the console shows of a failure what fits.
const reports = join(root, 'test-results');
rmSync(reports, { recursive: true, force: true });
mkdirSync(reports);
const totals = { passed: 0, failed: 0 };

const isWhole = process.argv[2] === 'all';
const begun = Date.now();
// Tests and programs run what it makes.
const built = runLane([['build', 'node', ['workers/build.mjs', '--if-stale']]]);
const ofSources = [
  // The narrower types of workflows and the rooms are looked at by test/boundary/fence.test.ts, slips planted or not.
  ['types', bin('tsc'), []],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['.']],
  ['lint by types', bin('oxlint'), ['--type-aware']],
];
// Left to itself vitest takes all cores but one: the checks of the sources are over before this one.
const unit = ['run', '--project', 'unit', '--maxWorkers=2', ...vitestReport('unit')];
await Promise.all([
  runLane(ofSources),
  built.then(() => runLane([['unit', bin('vitest'), unit]])),
  // It begins with what it fetches and builds: much of that time is the network's, which leaves processors to the others.
  isWhole && built.then(runSystem),
]);
if (totals.failed > 0) console.log(`every failure whole: ${relative(process.cwd(), reports) || '.'}/*.json`);
console.log(`the gate took ${seconds(begun)} s`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

async function runLane(parts) {
  for (const [name, file, args] of parts) {
    const code = await runPart(name, file, args);
    if (name === 'unit') countReport('unit', code);
    else totals[code === 0 ? 'passed' : 'failed'] += 1;
  }
}

async function runSystem() {
  // Three files at once on two cores: most of their time is waiting, for heartbeats and services.
  const systemArgs = ['run', '--project', 'system', '--maxWorkers=3', ...vitestReport('system')];
  // Shown as it goes: it takes minutes, and a person wants to see it move.
  const code = await runPart('system', bin('vitest'), systemArgs, true);
  compareNames(countReport('system', code));
}

function vitestReport(name) {
  return [
    '--reporter=./test/brief-reporter.ts',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${name}.json`)}`,
  ];
}

/** Output is kept back and shown for a part that fails. */
function runPart(name, file, args, isShown = false) {
  const start = Date.now();
  return new Promise((resolve) => {
    const child = spawn(file, args, {
      cwd: root,
      // A file that passed is worth a line to a person who waits, and none in a record of failures.
      env: {
        ...process.env,
        HOLDFAST_GATE: process.argv[2],
        HOLDFAST_GATE_QUIET: isShown && process.env.CI !== 'true' ? '0' : '1',
      },
      stdio: ['ignore', isShown ? 'inherit' : 'pipe', isShown ? 'inherit' : 'pipe'],
    });
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) => {
      console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${seconds(start)} s)`);
      if (code !== 0) process.stdout.write(Buffer.concat(output));
      resolve(code ?? 1);
    });
  });
}

/** Adds a vitest report to the totals; a run without a report is one failure. Returns the names of what was executed. */
function countReport(name, code) {
  try {
    const report = JSON.parse(readFileSync(join(reports, `${name}.json`), 'utf8'));
    totals.passed += report.numPassedTests;
    totals.failed += report.numFailedTests;
    // A file that did not load, or an unhandled error, fails no single test.
    if (code !== 0 && report.numFailedTests === 0) totals.failed += 1;
    return report.testResults.flatMap((file) =>
      file.assertionResults
        .filter((test) => ['passed', 'failed'].includes(test.status))
        .map((test) => `${relative(root, file.name)} > ${test.fullName}`),
    );
  } catch {
    totals.failed += 1;
    return [];
  }
}

/** Under CI a system test that was not executed is a failure; elsewhere the list is only written on request. */
function compareNames(executed) {
  const names = [...executed].sort();
  if (process.env.HOLDFAST_WRITE_TEST_LIST === '1') writeFileSync(expectedList, `${names.join('\n')}\n`);
  if (process.env.CI !== 'true') return;
  const expected = readFileSync(expectedList, 'utf8').trim().split('\n');
  const missing = expected.filter((name) => !names.includes(name));
  const unlisted = names.filter((name) => !expected.includes(name));
  for (const name of missing) console.log(`FAILED not executed: ${name}`);
  for (const name of unlisted) console.log(`FAILED not in test/system-tests.txt: ${name}`);
  totals.failed += missing.length + unlisted.length;
}

function seconds(start) {
  return Math.round((Date.now() - start) / 1000);
}
