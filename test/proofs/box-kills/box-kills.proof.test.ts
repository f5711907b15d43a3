// SPDX-License-Identifier: Apache-2.0
// The power of a box is cut in the steps of its operations: each run ends or waits for a person soon, holds no lease, and an install brings the box back.
// Proves: workflows/engine workflows/operations workflows/box activities/operation activities/hosts activities/box activities/dumps activities/keystone activities/pki activities/host
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Progress, Report } from '../../../workflows/contracts/run/progress.ts';
import { commandSteps } from '../../system/job-watch.ts';
import { type Lab, labSpec } from '../../system/lab.ts';
import { crashLab } from '../crash/crash-run.ts';
import { isWholeProof, seededPart } from '../runner/seeded-part.ts';
import { operationStarts } from './operations.ts';
import { judge, runThroughPowerCuts } from './power-cut-run.ts';

/** A rotation of keys waits as long as Keystone remembers what it read; ten minutes by default. */
const overrides = { keystone: { cache: { expiration_time: 5 } } };
const spec = labSpec('cut-box', 73, { overrides, dumps: { keep: 3 } });
/** Of each operation, unless the whole is taken. */
const momentsOfEach = 2;
let lab: Lab;

beforeAll(async () => {
  lab = await crashLab();
});
afterAll(() => lab?.dispose(spec.name));

/** Behind each look, and around each change of a run that nothing met. */
function momentsOf(result: Progress | Report): string[] {
  return result.steps.flatMap((step) => {
    const isChanged = 'status' in step && step.status === 'changed';
    const isCommand = commandSteps.some((each) => each === step.id);
    const around = isChanged ? ['before', ...(isCommand ? ['during'] : []), 'after'] : [];
    return ['seen', ...around].map((moment) => `${step.id}.${moment}`);
  });
}

test('an install that nobody watches boots its box again after each cut, and ends', async () => {
  const steps = [
    'postgres.cluster',
    'postgres.service',
    'keystone.schema',
    'keystone.service',
    'haproxy.service',
  ];
  const moments = steps.flatMap((step) => [`${step}.before`, `${step}.after`]);
  const planned = seededPart('box-kills install', moments, 1 / 3);
  const run = await runThroughPowerCuts(lab, () => lab.startInstall(spec), planned);
  expect(run.cuts).toEqual(expect.arrayContaining([...planned]));
  await judge(lab, spec, run);
}, 900_000);

describe.each(Object.keys(operationStarts))('%s', (slug) => {
  // Whatever the operation before left.
  beforeEach(async () => {
    await lab.endRuns();
    await lab.install(spec);
  });

  test(
    'its box loses its power',
    async () => {
      const start = () =>
        (operationStarts[slug] as NonNullable<(typeof operationStarts)[string]>)({ lab, spec });
      const calm = (await (await start()).result()) as Progress | Report;
      const moments = momentsOf(calm);
      await lab.install(spec);
      for (const moment of seededPart(`box-kills ${slug}`, moments, momentsOfEach / moments.length)) {
        const run = await runThroughPowerCuts(lab, start, [moment]);
        console.log(
          `${slug} ${moment}: ${run.stands} ${run.seconds.toFixed(0)} s after ${run.cuts.length} cut`,
        );
        await judge(lab, spec, run);
      }
    },
    isWholeProof ? 7_200_000 : 1_200_000,
  );
});
