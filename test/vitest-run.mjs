// SPDX-License-Identifier: Apache-2.0
// Runs one vitest project with the reports that the gate and the proofs read, and reads them. Judges nothing.
import { spawn } from 'node:child_process';
import { mkdirSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { fileURLToPath } from 'node:url';

export const root = dirname(dirname(fileURLToPath(import.meta.url)));
/** Kept until the next run: the console shows of a failure what fits. */
export const reports = join(root, 'test-results');

export function clearReports() {
  rmSync(reports, { recursive: true, force: true });
  mkdirSync(reports);
}

/** @param {string} name of a program that npm installed */
export const bin = (name) => join(root, 'node_modules', '.bin', name);

/**
 * @param {string} project @param {readonly string[]} files none: all of the project @param {number} workers
 * @returns {string[]} arguments of vitest
 */
export function vitestArguments(project, files, workers) {
  return [
    'run',
    '--project',
    project,
    `--maxWorkers=${workers}`,
    '--reporter=./test/brief-reporter.ts',
    '--reporter=json',
    `--outputFile.json=${join(reports, `${project}.json`)}`,
    ...files,
  ];
}

/**
 * @param {string} file @param {readonly string[]} args
 * @param {{ shown?: boolean, environment?: Record<string, string>, timeoutSeconds?: number }} [options]
 *   shown: the output goes to the console as it comes; else it is returned. timeoutSeconds: then the program is ended
 * @returns {Promise<{ code: number, output: Buffer, seconds: number }>}
 */
export function runProgram(file, args, { shown = false, environment = {}, timeoutSeconds } = {}) {
  const begun = Date.now();
  return new Promise((resolve) => {
    const stream = shown ? 'inherit' : 'pipe';
    const child = spawn(file, args, {
      cwd: root,
      env: { ...process.env, ...environment },
      stdio: ['ignore', stream, stream],
      ...(timeoutSeconds !== undefined && { timeout: timeoutSeconds * 1000, killSignal: 'SIGINT' }),
    });
    /** @type {Buffer[]} */
    const output = [];
    child.stdout?.on('data', (chunk) => output.push(chunk));
    child.stderr?.on('data', (chunk) => output.push(chunk));
    child.on('close', (code) =>
      resolve({ code: code ?? 1, output: Buffer.concat(output), seconds: (Date.now() - begun) / 1000 }),
    );
  });
}

/**
 * What the JSON report of a project says.
 * @param {string} project
 * @returns {{ passed: number, failed: number, names: string[], files: { file: string, seconds: number, ok: boolean }[] } | null}
 *   null without a report that can be read; names: of every test that was executed
 */
export function readReport(project) {
  let report;
  try {
    report = JSON.parse(readFileSync(join(reports, `${project}.json`), 'utf8'));
  } catch {
    return null;
  }
  return {
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    names: report.testResults.flatMap((file) =>
      file.assertionResults
        .filter((test) => ['passed', 'failed'].includes(test.status))
        .map((test) => `${relative(root, file.name)} > ${test.fullName}`),
    ),
    files: report.testResults.map((file) => ({
      file: relative(root, file.name),
      seconds: Math.round((file.endTime - file.startTime) / 1000),
      ok: file.status === 'passed' && file.assertionResults.length > 0,
    })),
  };
}
