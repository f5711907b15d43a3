// SPDX-License-Identifier: Apache-2.0
// The gate: `ok` needs no server, `all` adds the short tier on real components and, under CI, long proofs that are due.
// Its last line is `N passed, N failed`.
import { readFileSync, writeFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { dueProofs, fitting, readProofs } from './proofs/runner/ledger.mjs';
import { runProofs } from './proofs/runner/run-proofs.mjs';
import { bin, clearReports, readReport, reports, root, runProgram, vitestArguments } from './vitest-run.mjs';

const expectedList = join(root, 'test', 'system-tests.txt');
const isWhole = process.argv[2] === 'all';
const isCI = process.env.CI === 'true';
/** Of the whole gate, proofs included. HOLDFAST_MINUTES=0 takes none. */
const budgetSeconds = 60 * Number(process.env.HOLDFAST_MINUTES ?? (isCI ? 40 : 0));
/** A proof that hangs ends here, early enough for the last line. @source CI ends a run after 90 minutes */
const longestSeconds = 80 * 60;
const totals = { passed: 0, failed: 0 };
const begun = Date.now();

clearReports();
const checks = [
  // The narrower types of workflows and the rooms are looked at by test/boundary/import-rules.test.ts, slips planted or not.
  ['types', bin('tsc'), []],
  ['format', bin('prettier'), ['--check', '--log-level', 'warn', '.']],
  ['lint', bin('eslint'), ['.']],
  ['lint by types', bin('oxlint'), ['--type-aware']],
  ['shell', 'node', ['test/shellcheck.mjs']],
  ['dead code', bin('knip'), []],
];
// Tests and programs run what it makes.
const built = check('build', 'node', ['workers/build.mjs', '--if-stale']);
await Promise.all([
  checkSources(),
  // Left to itself vitest takes all cores but one: the checks of the sources are over before this one.
  built.then(() => runTests('unit', 2)),
  // It begins with what it fetches and builds: much of that time is the network's, which leaves processors to the others.
  isWhole && built.then(runSystem),
]);
if (isWhole) await takeDueProofs().catch(proofsUnreadable);
if (totals.failed > 0) console.log(`every failure whole: ${relative(process.cwd(), reports) || '.'}/*.json`);
console.log(`the gate took ${elapsedSeconds()} s`);
console.log(`${totals.passed} passed, ${totals.failed} failed`);
process.exit(totals.failed === 0 ? 0 : 1);

async function checkSources() {
  for (const [name, file, args] of checks) await check(name, file, args);
}

/** One check without tests of its own counts as one. Its output is shown when it fails. */
async function check(name, file, args) {
  const { code, output, seconds } = await runBehind(file, args);
  totals[code === 0 ? 'passed' : 'failed'] += 1;
  show(name, code, seconds, output);
}

/**
 * What waits for nothing lets the tests on real components go first: those of the cloud wait for one another, and the gate
 * ends with them.
 * @source 15: a thirtieth of the weight of the others. The tests of the cloud leave processors idle for half of their time
 */
function runBehind(file, args, options) {
  return runProgram('nice', ['-n', '15', file, ...args], options);
}

async function runTests(project, workers, shown = false) {
  // A file that passed is worth a line to a person who waits, and none in a record of failures.
  const environment = { HOLDFAST_GATE_QUIET: shown && !isCI ? '0' : '1' };
  const args = vitestArguments(project, [], workers);
  const run = project === 'unit' ? runBehind : runProgram;
  const { code, output, seconds } = await run(bin('vitest'), args, { shown, environment });
  show(project, code, seconds, output);
  return count(project, code);
}

async function runSystem() {
  // Three files at once on two cores: most of their time is waiting, for heartbeats and services.
  const report = await runTests('system', 3, true);
  if (report === null) return;
  compareNames(report.names);
  const files = [...report.files].sort((a, b) => b.seconds - a.seconds);
  writeFileSync(join(reports, 'times.json'), `${JSON.stringify(files, null, 2)}\n`);
  for (const { file, seconds } of files) console.log(`${String(seconds).padStart(6)} s ${file}`);
}

/** Adds a report to the totals; a run without one is a failure. */
function count(project, code) {
  const report = readReport(project);
  if (report === null) {
    totals.failed += 1;
    return null;
  }
  totals.passed += report.passed;
  totals.failed += report.failed;
  // A file that did not load, or an unhandled error, fails no single test.
  if (code !== 0 && report.failed === 0) totals.failed += 1;
  return report;
}

function show(name, code, seconds, output) {
  console.log(`${code === 0 ? 'ok    ' : 'FAILED'} ${name} (${Math.round(seconds)} s)`);
  if (code !== 0) process.stdout.write(output);
}

/** Under CI a system test that was not executed is a failure; elsewhere the list is only written on request. */
function compareNames(executed) {
  const names = [...executed].sort();
  if (process.env.HOLDFAST_WRITE_TEST_LIST === '1') writeFileSync(expectedList, `${names.join('\n')}\n`);
  if (!isCI) return;
  const expected = readFileSync(expectedList, 'utf8').trim().split('\n');
  const missing = expected.filter((name) => !names.includes(name));
  const unlisted = names.filter((name) => !expected.includes(name));
  tellNames('not executed', missing);
  tellNames('not in test/system-tests.txt', unlisted);
  totals.failed += missing.length + unlisted.length;
}

/** What failed before them is above: names without a cause must not push it out of sight. */
function tellNames(what, names) {
  const [first] = names;
  if (first !== undefined) console.log(`FAILED ${names.length} tests ${what}, the first: ${first}`);
}

/** As many as fit into the minutes that are left; what stays due is named. */
async function takeDueProofs() {
  const due = dueProofs(readProofs(root));
  const taken = fitting(due, budgetSeconds - elapsedSeconds());
  if (taken.length > 0) {
    const { code } = await runProofs(taken, false, longestSeconds - elapsedSeconds());
    count('proofs', code);
  }
  const left = dueProofs(readProofs(root));
  if (left.length === 0) return console.log('no proof is due');
  const names = left.map(({ name, reason }) => `${name} (${reason})`);
  console.log(`${left.length} proofs stay due: ${names.join(', ')}; npm run proofs -- --due takes them`);
}

/** A header that cannot be read is a failure like others: the last line is printed all the same. */
function proofsUnreadable(error) {
  totals.failed += 1;
  console.log(`FAILED proofs: ${error instanceof Error ? error.message : String(error)}`);
}

function elapsedSeconds() {
  return Math.round((Date.now() - begun) / 1000);
}
