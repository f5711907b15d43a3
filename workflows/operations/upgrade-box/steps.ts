// SPDX-License-Identifier: Apache-2.0
// UpgradeBox as a table: dump, the next release's image, databases, then one service after another, canary, record. Pure.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { optionsOf, table, type StepOptions } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { databasesOf, planBox, unitsOf, type BoxPlan, type InstallFacts } from '../../box/plan.ts';
import type { CanaryArgs, ServiceUseArgs } from '../../ports/cloud/canary.ts';
import { call, effect } from '../../ports/index.ts';

type Steps = Record<string, StepOptions>;

export interface Release {
  readonly spec: BoxSpec;
  readonly facts: InstallFacts;
}

/** Services in the order in which each finds what it asks at its start. */
const serviceSteps = ['keystone', 'glance', 'placement', 'neutron', 'nova'].map((name) => `${name}.service`);

/** What a database needs, and nothing that runs beside PostgreSQL. */
const isOfDatabases = (id: string): boolean =>
  /\.(config|keys|use-quota|schema|api-schema|cell0|cell1)$/.test(id);

/** Of the next release. */
export interface Tables {
  readonly installed: readonly CompiledStep[];
  /** Of MigrateNova; none where there is no Nova. */
  readonly migrated: readonly CompiledStep[];
}

/** `before` is the release of the box. Steps of an install of the next one, in another order. */
export function upgradeBoxSteps(
  { spec, facts }: Release,
  before: Release,
  { installed, migrated }: Tables,
): CompiledStep[] {
  const plan = planBox(spec, facts);
  const { box, profile } = plan;
  const present = planBox(before.spec, before.facts);
  const databases = databasesOf(present);
  const units = unitsOf(present);
  const carry = { box, databases, units, suite: profile.suite };
  const brought = { box, databases };
  const { spec: record, preflight, image, ...others } = rewired(installed);
  if (record === undefined || preflight === undefined || image === undefined)
    throw new Error('An install has no step spec, preflight or image');
  const upTo = Object.keys(others).indexOf('postgres.databases') + 1;
  const entries = Object.entries(others);
  const rest = entries.slice(upTo);
  const ofDatabases = [...rest.filter(([id]) => isOfDatabases(id)), ...programSteps(spec, plan)];
  const running = rest.filter(([id]) => !isOfDatabases(id) && id !== 'canary' && id !== 'evidence');
  return table({
    preflight,
    image: { ...image, after: ['preflight'] },
    carried: {
      title: 'Cloud stopped, databases dumped',
      profile: 'command',
      exclusive: ['db:dump'],
      gate: `The cloud stops and goes to ${spec.release}; the way back is the dump that this step takes`,
      ...effect('observeCarried', 'carryDatabases', carry),
    },
    ...Object.fromEntries(entries.slice(0, upTo)),
    'postgres.brought': {
      title: 'Databases put back',
      profile: 'command',
      exclusive: ['db:restore'],
      ...effect('observeBrought', 'bringDatabases', brought),
    },
    ...Object.fromEntries(ofDatabases),
    ...oneByOne(
      Object.fromEntries(running),
      ofDatabases.map(([id]) => id),
      useSteps(spec, box, others['canary']),
    ),
    ...novaSteps(migrated),
    ...networkSteps(box, others),
    ...(others['canary'] && { canary: { ...others['canary'], after: ['check', 'ovn.networks'] } }),
    ...(others['evidence'] && { evidence: others['evidence'] }),
    spec: { ...record, after: ['evidence'] },
  });
}

/** The box is recorded as of the next release only once it is; what waits for its record waits for the dump. */
function rewired(installed: readonly CompiledStep[]): Steps {
  const instead: Readonly<Record<string, string>> = {
    spec: 'preflight',
    'postgres.databases': 'postgres.brought',
  };
  return Object.fromEntries(
    installed.map((step) => {
      const after = step.after.map((id) => instead[id] ?? id);
      return [step.id, { ...optionsOf(step), after: step.id === 'root' ? [...after, 'carried'] : after }];
    }),
  );
}

/** The first service waits for every database, each other one until the one before it serves a plain user. */
function oneByOne(steps: Steps, databaseSteps: readonly string[], uses: Steps): Steps {
  const ids = Object.keys(steps);
  const present = serviceSteps.filter((id) => id in steps);
  const using = (id: string) => Object.entries(uses).filter(([, { after = [] }]) => after.includes(id));
  const placeOf = ({ after = [] }: StepOptions) => Math.max(...after.map((id) => ids.indexOf(id)));
  return Object.fromEntries(
    Object.entries(steps).flatMap(([id, step], place): [string, StepOptions][] => {
      const turn = present.indexOf(id);
      const before = present[turn - 1];
      const more = before === undefined ? databaseSteps : [before, ...using(before).map(([use]) => use)];
      const after = [...new Set([...(step.after ?? []), ...more])];
      const own = Object.entries(uses).filter(([, use]) => placeOf(use) === place);
      return [[id, turn < 0 ? step : { ...step, after }], ...own];
    }),
  );
}

/** What the test project's user sees of each service; the canary at the end is Nova's. None without that user. */
function useSteps({ seeds, services }: BoxSpec, box: string, canary: StepOptions | undefined): Steps {
  if (seeds.test === null || canary === undefined) return {};
  const { image, network } = canary.observe.args as CanaryArgs;
  const cloud = `${box}-test`;
  const use = (service: ServiceUseArgs['service'], wanted: string, after: string): StepOptions => ({
    title: `${wanted} seen by a plain user`,
    settleSeconds: 60,
    after: [after, 'haproxy.service'],
    observe: call('observeServiceUse', { box, cloud, service, wanted }),
  });
  return {
    'canary.keystone': use('identity', 'identity', 'keystone.service'),
    ...(services.includes('image') && { 'canary.glance': use('image', image, 'glance.service') }),
    ...(services.includes('network') && { 'canary.neutron': use('network', network, 'neutron.service') }),
  };
}

/** With a program of a release that is too old on record, Nova's others end as soon as they start. */
function programSteps({ services }: BoxSpec, { box, profile }: BoxPlan): [string, StepOptions][] {
  if (!services.includes('compute')) return [];
  const { oldestServiceVersion } = profile.compute;
  const programs = { box, database: 'nova_cell1', oldestServiceVersion };
  const options: StepOptions = {
    title: 'Programs of the release before forgotten',
    after: ['nova.schema'],
    ...effect('observePrograms', 'forgetPrograms', programs),
  };
  return [['nova.programs', options]];
}

/** Neutron's maintenance mends what the release before told OVN of its networks; until then no port is made on them. */
function networkSteps(box: string, installed: Steps): Steps {
  if (!('neutron.maintenance' in installed)) return {};
  const step = { title: 'Networks of the release before mended', settleSeconds: 60, skippable: true };
  const after = ['neutron.maintenance'];
  return { 'ovn.networks': { ...step, after, observe: call('observeNetworkTypes', { box }) } };
}

/** Nova's data follow once its programs are of the next release. */
function novaSteps(steps: readonly CompiledStep[]): Steps {
  const wanted = ['rollout', 'online.cell0', 'online.cell1', 'check'];
  const taken = steps
    .filter(({ id }) => wanted.includes(id))
    .map((step): [string, StepOptions] => {
      const { after, ...options } = optionsOf(step);
      if (step.id === 'rollout') return [step.id, { ...options, after: ['nova.hosts', 'nova.service'] }];
      return [step.id, { ...options, after: step.id === 'check' ? ['online.cell1'] : (after ?? []) }];
    });
  return Object.fromEntries(taken);
}
