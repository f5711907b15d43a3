// SPDX-License-Identifier: Apache-2.0
// `npm run campaign -- …`: proofs that take too long for every change. Each appends to a ledger in the cache.
import { parseArgs } from 'node:util';
import { execa } from 'execa';
import { root } from '../system/lab.ts';
import { argumentsCampaign } from './arguments.ts';
import { canariesCampaign } from './canaries.ts';
import { ceremoniesCampaign } from './ceremonies.ts';
import { killCampaign } from './kill.ts';
import { liveCeremoniesCampaign } from './live-ceremonies.ts';
import { locksCampaign } from './locks.ts';
import { migrateCampaign } from './migrate.ts';
import { rotationsCampaign } from './rotations.ts';

const usage = `usage: npm run campaign -- kill --minutes N [--whole] [--resume] [--seed S]
       npm run campaign -- migrate --kills N [--seed S]
       npm run campaign -- locks --rounds N
       npm run campaign -- rotations --rounds N --minutes N [--seed S]
       npm run campaign -- canaries --rounds N [--at-once N] [--release NAME]
       npm run campaign -- ceremonies --rounds N [--seed S]
       npm run campaign -- live-ceremonies --rounds N --minutes N [--seed S]
       npm run campaign -- arguments --rounds N [--seed S]`;

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: {
    minutes: { type: 'string', default: '30' },
    whole: { type: 'boolean', default: false },
    seed: { type: 'string', default: '1' },
    resume: { type: 'boolean', default: false },
    kills: { type: 'string', default: '50' },
    rounds: { type: 'string' },
    'at-once': { type: 'string', default: '3' },
    release: { type: 'string', default: 'debian-13' },
  },
});
const seed = Number(values.seed);
const campaigns: Readonly<Record<string, () => Promise<number>>> = {
  kill: () =>
    killCampaign({ minutes: Number(values.minutes), isWhole: values.whole, seed, isResumed: values.resume }),
  migrate: () => migrateCampaign(Number(values.kills), seed),
  locks: () => locksCampaign(Number(values.rounds ?? 1000)),
  rotations: () => rotationsCampaign(Number(values.rounds ?? 1000), Number(values.minutes), seed),
  ceremonies: () => ceremoniesCampaign(Number(values.rounds ?? 1000), seed),
  'live-ceremonies': () => liveCeremoniesCampaign(Number(values.rounds ?? 100), Number(values.minutes), seed),
  arguments: () => argumentsCampaign(Number(values.rounds ?? 100_000), seed),
  canaries: () => canariesCampaign(Number(values.rounds ?? 20), Number(values['at-once']), values.release),
};
const campaign = campaigns[positionals[0] ?? ''];
if (campaign === undefined) {
  console.error(usage);
  process.exit(2);
}
await execa('node', ['workers/build.mjs', '--if-stale'], { cwd: root, stdio: 'inherit' });
process.exit((await campaign()) === 0 ? 0 : 1);
