// SPDX-License-Identifier: Apache-2.0
// Tempest, OpenStack's own test suite, from PyPI in an environment of its own: what it has, and what it says of a cloud.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { cacheDirectory } from '../../system/cache-directory.ts';
import installation from './install-tempest.sh';
import listing from './list-tests.sh';
import running from './run-tempest.sh';

/** @source the newest on PyPI when this was written */
const version = '47.0.0';
/** Two processors: guests under emulation take most of them. */
const workers = 2;

export interface TestResult {
  /** Without the attributes in brackets; of a whole class that could not be set up `setUpClass (CLASS)`. */
  readonly test: string;
  readonly status: string;
}

/** Path of its environment; installs it into the cache when it is not there. */
export async function provideTempest(): Promise<string> {
  const directory = join(cacheDirectory(), 'tempest', version);
  await mkdir(directory, { recursive: true });
  await execa('flock', [`${directory}.lock`, 'sh', '-ec', installation, 'tempest', directory, version]);
  return directory;
}

/** Of every test, with its attributes, as tempest takes it. */
export async function testIds(directory: string, workspace: string): Promise<string[]> {
  const { stdout } = await execa('sh', ['-c', listing, 'tempest', directory, workspace]);
  return stdout.split('\n').filter((line) => line.startsWith('tempest.'));
}

/** Writes configuration and list, runs them, and reads what came of each. */
export async function runTests(
  directory: string,
  workspace: string,
  configuration: string,
  ids: readonly string[],
): Promise<TestResult[]> {
  await mkdir(join(workspace, 'etc'), { recursive: true });
  await writeFile(join(workspace, 'etc', 'tempest.conf'), configuration, { mode: 0o600 });
  await writeFile(join(workspace, 'tests.txt'), `${ids.join('\n')}\n`);
  await execa('sh', ['-c', running, 'tempest', directory, workspace, String(workers)]);
  const csv = await readFile(join(workspace, 'results.csv'), 'utf8');
  return csv.trim().split('\n').slice(1).map(resultOf);
}

/** Its lines are `id,status,begin,end`; an id with commas in its brackets is quoted. */
function resultOf(line: string): TestResult {
  const [, quoted, plain = '', status = ''] = /^(?:"([^"]*)"|([^,]*)),([^,]*),/.exec(line) ?? [];
  return { test: nameOf(quoted ?? plain), status };
}

/** Attributes differ between releases of tempest; names stay. */
export const nameOf = (id: string): string => id.replace(/\[.*\]$/, '');
