// SPDX-License-Identifier: Apache-2.0
// RestoreBox and RestoreNova as tables: look at the dump, keep the present state, stop, put back, start. Pure.
import type { BoxSpec } from '../../contracts/box/box-spec.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { Steps } from '../../box/calls.ts';
import { credentialSteps } from '../../box/credentials/steps.ts';
import { databasesOf, planBox, unitsOf, type BoxPlan, type InstallFacts } from '../../box/plan.ts';
import type { DatabaseName } from '../../ports/dumps.ts';
import { call, effect } from '../../ports/index.ts';

export function restoreBoxSteps(spec: BoxSpec, dump: string, facts: InstallFacts): CompiledStep[] {
  const plan = planBox(spec, facts);
  const restored = steps(plan.box, dump, databasesOf(plan), unitsOf(plan));
  return table({
    ...restored,
    ...keysAfterRestore(plan),
    ...(plan.serviceUsers.length > 0 && credentialsAfterRestore(plan)),
  });
}

/** As RestoreBox, for Nova's databases and programs alone; a person agrees before it begins. */
export function restoreNovaSteps(spec: BoxSpec, dump: string, facts: InstallFacts): CompiledStep[] {
  const plan = planBox(spec, facts);
  const databases = databasesOf(plan).filter(({ role }) => role === 'nova');
  const gate = 'Nova stops, and what it wrote since the dump is lost';
  return table(steps(plan.box, dump, databases, unitsOf(plan, ['compute']), gate));
}

function steps(
  box: string,
  dump: string,
  databases: readonly DatabaseName[],
  unitNames: readonly string[],
  gate?: string,
): Steps {
  const wanted = { box, dump, databases };
  const present = { box, databases };
  const units = { box, databases, units: unitNames };
  return {
    intact: {
      title: 'Dump is whole',
      onFailure: 'fail',
      observe: call('observeDumpIntact', wanted),
    },
    present: {
      title: 'Present state dumped first',
      profile: 'command',
      exclusive: ['db:dump'],
      ...effect('observeDump', 'takeDump', present),
    },
    stopped: {
      title: 'Services stopped',
      settleSeconds: 60,
      ...(gate !== undefined && { gate }),
      ...effect('observeServicesStopped', 'stopServices', units),
    },
    databases: {
      title: 'Databases put back',
      profile: 'command',
      exclusive: ['db:restore'],
      ...effect('observeRestored', 'restoreDatabases', wanted),
    },
    started: {
      title: 'Services started',
      settleSeconds: 90,
      ...effect('observeServicesStarted', 'startServices', units),
    },
  };
}

/** Credentials of the dump may be encrypted by keys that Keystone has no more. */
function keysAfterRestore({ box }: BoxPlan): Steps {
  return {
    'keystone.keys': {
      title: 'Keys of the credentials of the dump',
      after: ['started'],
      skippable: true,
      ...effect('observeDumpKeys', 'restoreDumpKeys', { box }),
    },
  };
}

/** Keystone of the dump may not know the credentials that are published now. */
function credentialsAfterRestore(plan: BoxPlan): Steps {
  const { credentials, 'credentials.files': files } = credentialSteps(plan);
  return {
    ...(credentials !== undefined && { credentials: { ...credentials, after: ['started'] } }),
    ...(files !== undefined && { 'credentials.files': { ...files, after: ['credentials'] } }),
  };
}
