// SPDX-License-Identifier: Apache-2.0
// `npm run bench [-- --only engine|growth|install|migrate|mirrors|rotate|start] [--runs N] [--rounds N] [--docs]`: prints tables, writes dist/bench.json, with --docs docs/performance.md too.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { root } from '../test/system/lab.ts';
import { performanceDocument } from './document.ts';
import { benchEngine } from './engine.ts';
import { benchGrowth } from './growth.ts';
import { benchInstall } from './install.ts';
import { benchMigrate } from './migrate.ts';
import { benchMirrors } from './mirrors/mirrors.ts';
import { machine } from './report.ts';
import { benchRotate } from './rotate.ts';
import { benchStart } from './start.ts';

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '7' },
    /** Of publications, for mirrors. */
    rounds: { type: 'string', default: '100' },
    only: { type: 'string' },
    docs: { type: 'boolean', default: false },
  },
});
const parts = ['engine', 'growth', 'install', 'migrate', 'mirrors', 'rotate', 'start'];
if (options.only !== undefined && !parts.includes(options.only))
  throw new Error(`--only takes one of ${parts.join(', ')}, not ${options.only}`);
// The document says that it is one run on one machine.
if (options.docs && options.only !== undefined)
  throw new Error('--docs takes the whole benchmark: leave out --only');
const isWanted = (part: string): boolean => options.only === undefined || options.only === part;

await execa('node', ['workers/build.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' });
const result = {
  machine: machine(),
  engine: isWanted('engine') ? await benchEngine(Number(options.runs)) : null,
  install: isWanted('install') ? await benchInstall() : null,
  migrate: isWanted('migrate') ? await benchMigrate() : null,
  rotate: isWanted('rotate') ? await benchRotate() : null,
  mirrors: isWanted('mirrors') ? await benchMirrors(Number(options.rounds)) : null,
  start: isWanted('start') ? await benchStart(Number(options.runs)) : null,
  growth: isWanted('growth') ? await benchGrowth() : null,
};
await writeFile(join(root, 'dist', 'bench.json'), `${JSON.stringify(result, null, 2)}\n`);
const { text, tables } = performanceDocument(result);
console.log(tables);
if (options.docs) await writeFile(join(root, 'docs', 'performance.md'), text);
