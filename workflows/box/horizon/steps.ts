// SPDX-License-Identifier: Apache-2.0
// Horizon: configured, with a store of its own for sessions, answering.
import { dashboardFiles, sessionsFiles, sessionsUnit } from './files.ts';
import type { BoxPlan } from '../plan.ts';
import { fileCalls, unitStep, type Steps } from '../calls.ts';
import { healthUrlOf } from '../neutron/steps.ts';

export function dashboardSteps(plan: BoxPlan): Steps {
  const { unit } = plan.profile.apis.dashboard;
  const files = dashboardFiles(plan);
  const healthUrl = healthUrlOf(plan, 'dashboard');
  return {
    'horizon.config': {
      title: 'Horizon configured',
      after: ['boot', 'secrets'],
      ...fileCalls(plan.box, [...files, ...sessionsFiles(plan)]),
    },
    'horizon.sessions': {
      title: 'Sessions of Horizon kept',
      ...unitStep(plan, { unit: sessionsUnit, files: sessionsFiles(plan) }),
    },
    'horizon.service': {
      title: 'Horizon answering',
      after: ['horizon.sessions', 'certificates'],
      ...unitStep(plan, { unit, files, healthUrl }),
    },
  };
}
