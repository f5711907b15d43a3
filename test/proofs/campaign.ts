// SPDX-License-Identifier: Apache-2.0
// `npm run campaign -- kill --minutes N [--whole] [--resume] [--seed S]`: installs under random crashes until the time is over.
// Appends a line per install to a ledger in the cache; --resume goes on with the seed after the last one there.
import { appendFile, mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { serviceNames } from '../../workflows/contracts/box-spec.ts';
import { cacheDirectory } from '../system/cache-directory.ts';
import { endState } from '../system/end-state.ts';
import { commandRows, journalIntervals, overlapsOf, wholeCommandRows } from '../system/job-watch.ts';
import { labSpec } from '../system/lab.ts';
import { crashPlan } from './crash-plan.ts';
import { crashLab, installThroughCrashes } from './crash-run.ts';

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    // Every service, not the skeleton's alone.
    whole: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
  },
});
if (positionals[0] !== 'kill') {
  console.error('usage: npm run campaign -- kill --minutes N [--whole] [--resume] [--seed S]');
  process.exit(2);
}

interface LedgerLine {
  readonly seed: number;
  readonly crashes: readonly string[];
  readonly outcome: 'same' | 'different' | 'overlap' | 'failed';
  readonly seconds: number;
  readonly commit: string;
}

const folder = join(cacheDirectory(), 'campaigns');
const ledger = join(folder, 'kill.ndjson');
await mkdir(folder, { recursive: true });
const commit = (await execa('git', ['rev-parse', '--short', 'HEAD'])).stdout;
const deadline = Date.now() + Number(values.minutes) * 60_000;
const extra = values.whole ? { services: [...serviceNames] } : {};
const calm = labSpec('campaign-calm', 40, extra);
const box = labSpec('campaign-box', 41, extra);
const names = (spec: typeof box) => ({ box: spec.name, address: spec.networks.management.address });
const lab = await crashLab();
let bad = 0;
try {
  const undisturbed = await lab.install(calm);
  // The image stands after the first install.
  const rows = undisturbed.rows
    .filter(({ id, status }) => status === 'changed' && id !== 'image')
    .map(({ id }) => id);
  const expected = await endState(names(calm));
  for (let seed = await firstSeed(); Date.now() < deadline; seed += 1) {
    const line = await once(seed, rows, expected);
    if (line.outcome !== 'same') bad += 1;
    await appendFile(ledger, `${JSON.stringify(line)}\n`);
    console.log(`seed ${seed}: ${line.outcome} after ${line.crashes.length} crashes in ${line.seconds} s`);
  }
} finally {
  await lab.dispose(calm.name, box.name);
}
process.exit(bad === 0 ? 0 : 1);

async function once(seed: number, rows: readonly string[], expected: readonly string[]): Promise<LedgerLine> {
  const begun = Date.now();
  // A third of all moments: enough to meet each other, few enough to end soon.
  const plans = crashPlan(seed, rows, [...commandRows, ...wholeCommandRows], 1 / 3);
  const { progress, crashes } = await installThroughCrashes(lab, box, plans);
  const isSame = JSON.stringify(await endState(names(box))) === JSON.stringify(expected);
  const overlaps = overlapsOf(await journalIntervals(box.name));
  await lab.destroy(box.name);
  const outcome =
    progress.phase !== 'done' ? 'failed' : overlaps.length > 0 ? 'overlap' : isSame ? 'same' : 'different';
  return { seed, crashes, outcome, seconds: Math.round((Date.now() - begun) / 1000), commit };
}

async function firstSeed(): Promise<number> {
  if (!values.resume) return Number(values.seed);
  const lines = (await readFile(ledger, 'utf8').catch(() => '')).trim().split('\n').filter(Boolean);
  const last = lines.at(-1);
  return last === undefined ? Number(values.seed) : (JSON.parse(last) as LedgerLine).seed + 1;
}
