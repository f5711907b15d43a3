// SPDX-License-Identifier: Apache-2.0
// UpdateBox as a table: a newer image, a dump, the box laid on the image, the steps of an install, and the way back. Pure.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { optionsOf, table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { databasesOf, planBox, type InstallFacts } from '../../box/plan.ts';
import type { ImageArgs, PowerArgs, RootArgs } from '../../ports/box.ts';
import type { CanaryArgs } from '../../ports/cloud/canary.ts';
import { call, effect } from '../../ports/index.ts';

/** `installed`: the steps of an install of the same spec. A scheduled update tries no image again on which the canary was bad. */
export function updateBoxSteps(
  spec: BoxSpec,
  facts: InstallFacts,
  installed: readonly CompiledStep[],
  isScheduled = false,
): CompiledStep[] {
  const marks = isScheduled
    ? ({ isUpdate: true, passesOverBad: true } as const)
    : ({ isUpdate: true } as const);
  const { box } = planBox(spec, facts);
  const dump = { box, databases: databasesOf(planBox(spec, facts)) };
  const steps = installed.flatMap((step): [string, StepOptions][] => {
    const options = optionsOf(step);
    if (step.id === 'image') return [['image', imageStep(options, marks)]];
    if (step.id === 'root') {
      const dumped: StepOptions = {
        title: 'Databases dumped',
        after: ['image'],
        profile: 'command',
        exclusive: ['db:dump'],
        ...effect('observeDump', 'takeDump', dump),
      };
      return [
        ['dump', dumped],
        ['root', rootStep(options, marks)],
      ];
    }
    if (step.id === 'canary') return Object.entries(judgedSteps(box, options, powerOf(installed)));
    return [[step.id, { ...options, after: (options.after ?? []).map(behindTheWayBack) }]];
  });
  // A box without a canary has nothing that judges the image, but a person may have taken the update back meanwhile.
  const hasCanary = installed.some(({ id }) => id === 'canary');
  return table(Object.fromEntries(hasCanary ? steps : [...steps, ['kept', keptStep(box)]]));
}

/** What waited for the canary waits until it is known on which image the box stays. */
const behindTheWayBack = (id: string): string => (id === 'canary' ? 'kept' : id);

type Marks = Pick<RootArgs, 'isUpdate' | 'passesOverBad'>;

function imageStep(options: StepOptions, marks: Marks): StepOptions {
  const args: ImageArgs = { ...(options.observe.args as ImageArgs), ...marks };
  return {
    ...options,
    title: 'Debian image of the newest packages built',
    ...effect('observeImage', 'buildImage', args),
  };
}

/** `once`: the way back lays the box on the former image, and this step must not undo it. */
function rootStep(options: StepOptions, marks: Marks): StepOptions {
  const args: RootArgs = { ...(options.observe.args as RootArgs), ...marks };
  return {
    ...options,
    title: 'Box laid on the newest image',
    after: [...(options.after ?? []), 'dump'],
    once: true,
    ...effect('observeRoot', 'prepareRoot', args),
  };
}

function powerOf(installed: readonly CompiledStep[]): PowerArgs {
  const boot = installed.find(({ id }) => id === 'boot');
  if (boot === undefined) throw new Error('An install has no step boot');
  return boot.observe.args as PowerArgs;
}

function judgedSteps(box: string, canary: StepOptions, power: PowerArgs): Record<string, StepOptions> {
  const args = canary.observe.args as CanaryArgs;
  return {
    canary: {
      ...canary,
      title: 'Canary on the new image',
      once: true,
      ...effect('observeVerdict', 'judgeUpdate', args),
    },
    back: {
      title: 'Box back on the former image if the canary was bad',
      after: ['canary'],
      profile: 'command',
      exclusive: ['power'],
      ...effect('observeFormerImage', 'layBack', { box }),
    },
    'back.boot': {
      title: 'Box booted again',
      profile: 'command',
      exclusive: ['power'],
      settleSeconds: 120,
      ...effect('observePower', 'bootBox', power),
    },
    kept: keptStep(box),
  };
}

const keptStep = (box: string): StepOptions => ({
  title: 'Box stays on the new image',
  onFailure: 'fail',
  observe: call('observeKept', { box }),
});

/** What a report and a drift show: the packages of the box that are behind their sources, and the image that mends it. */
export function planUpdateSteps(
  { name }: BoxSpec,
  facts: InstallFacts,
  installed: readonly CompiledStep[],
): CompiledStep[] {
  const image = installed.find(({ id }) => id === 'image');
  if (image === undefined) throw new Error('An install has no step image');
  const { apply } = imageStep(optionsOf(image), { isUpdate: true });
  return table({
    updates: {
      title: 'Packages as new as their sources',
      after: [],
      observe: call('observeUpdates', updatesArgs(name, facts.sources)),
      ...(apply !== undefined && { apply }),
    },
  });
}

/** The proxies of this machine lead away from a site. */
function updatesArgs(box: string, { text, site, aptOptions }: InstallFacts['sources']) {
  return { box, sources: text, ...(site !== undefined && { aptOptions }) };
}
