// SPDX-License-Identifier: Apache-2.0
// Every exported function of workflows/index.ts can be started by its name; a name here is a promise to open runs.
import { expect, it } from 'vitest';
import * as workflows from '../../workflows/index.ts';

it('workflows/index.ts exports exactly these when it is loaded', () => {
  expect(Object.keys(workflows).sort()).toEqual([
    'Canary',
    'DatabaseStatus',
    'DestroyBox',
    'DriftBox',
    'DumpBox',
    'InstallBox',
    'MigrateDatabase',
    'MigrateNova',
    'NovaStatus',
    'PlanBox',
    'PlanUpgrade',
    'RenewCertificates',
    'RestoreBox',
    'RestoreNova',
    'RotateServiceCredentials',
    'UpgradeBox',
  ]);
  expect(Object.values(workflows).map((each) => typeof each)).toEqual(Array(16).fill('function'));
});
