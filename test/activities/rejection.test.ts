// SPDX-License-Identifier: Apache-2.0
import { expect, test } from 'vitest';
import { unknownPackage } from '../../activities/box/image.ts';
import { Failure } from '../../activities/clients/failure.ts';
import type { JobResult } from '../../activities/hosts/durable-command.ts';
import type { Host } from '../../activities/hosts/host.ts';
import { rejectionOf } from '../../activities/run-command.ts';

const options = Array.from({ length: 30 }, (_, index) => `--option=Dir::Etc::Part${index}=/x`).join(' ');
const apt = `apt-get ${options} -oAPT::Status-Fd=<$fd> install pg nosuch`;
const ended = (stderr: string, facts: Partial<JobResult> = {}): JobResult => ({
  state: 'finished',
  exitCode: 25,
  stdoutTail: '',
  stderrTail: stderr,
  databaseLock: null,
  logPath: 'this machine:/jobs/7/',
  freeKibibytes: 1e6,
  ...facts,
});
const host = { name: 'this machine' } as Host;
const argv = ['sh', '-c', 'exec unshare', 'holdfast-image', 'x'.repeat(4000)];
const told = (stderr: string, facts?: Partial<JobResult>) => rejectionOf(host, argv, ended(stderr, facts));

test('rejectionOf() names what apt says, and of its command the ends alone', () => {
  const lines = [
    'I: automatically chosen format: directory',
    'Reading package lists...',
    'E: Unable to locate package nosuch',
    `E: ${apt} failed: process exited with 100`,
    'W: listening on child socket failed',
    'I: main() received signal PIPE: waiting for setup...',
    'E: mmdebstrap failed to run',
  ];
  const { message, facts } = told(lines.join('\n'));
  expect(message).toBe('holdfast-image ended with exit code 25');
  expect(facts.cause).toBe('E: Unable to locate package nosuch');
  const ofApt = told(lines.slice(3, 4).join('\n')).facts.cause as string;
  expect(ofApt).toMatch(/^E: apt-get .*\.\.\..*failed: process exited with 100$/);
  expect(ofApt.length).toBeLessThan(250);
});

test('rejectionOf() keeps the last lines of a program that repeats nothing', () => {
  expect(told('one\ntwo\nthree\nfour').facts.cause).toBe('two | three | four');
});

test('unknownPackage() refuses the input, so that nobody waits for another try', () => {
  const { message, facts } = told('E: Unable to locate package nosuch\nE: it ended');
  const failure = unknownPackage(new Failure('Rejected', message, facts));
  expect([failure?.code, failure?.message]).toEqual([
    'InvalidInput',
    'No package source has the package nosuch',
  ]);
  expect(failure?.facts.hint).toContain('then install its file in place of this run');
  const silent = told('E: no network').facts;
  expect(unknownPackage(new Failure('Rejected', message, silent))).toBeNull();
});
