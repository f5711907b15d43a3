// SPDX-License-Identifier: Apache-2.0
// The wire names and the ids of operations: a name here is a promise to open runs and to schedules.
import { readdirSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { operationOfType, operations, operationTypes } from '../../workflows/operations/index.ts';
import { root } from './planted-tree.ts';

describe('operations', () => {
  it('operationTypes are exactly these', () => {
    expect([...operationTypes].sort()).toEqual([
      'AcknowledgeCredential',
      'ActivateIntermediate',
      'AuditMirror',
      'Canary',
      'ChangeMirror',
      'DatabaseStatus',
      'DestroyAuthority',
      'DestroyBox',
      'DestroyMirror',
      'DriftBox',
      'DrillCompromise',
      'DumpBox',
      'ExportBundle',
      'ImportBundle',
      'InstallAuthority',
      'InstallBox',
      'InstallMirror',
      'IssueIntermediateCa',
      'IssueRootCrl',
      'MigrateDatabase',
      'MigrateNova',
      'NovaStatus',
      'PlanAuthority',
      'PlanBox',
      'PlanIntermediateCa',
      'PlanMirror',
      'PlanRefresh',
      'PlanUpdate',
      'PlanUpgrade',
      'PushImages',
      'RefreshMirrors',
      'RenewCertificates',
      'RestoreBox',
      'RestoreNova',
      'RevertUpdate',
      'RevokeCertificate',
      'RollbackMirror',
      'RotateAdministratorPassword',
      'RotateCloudCredentials',
      'RotateKeystoneKeys',
      'RotateServiceCredentials',
      'StartBox',
      'StopBox',
      'UpdateBox',
      'UpgradeBox',
    ]);
  });

  it('operationOfType() knows each by its wire name, and no name is given twice', () => {
    const all = Object.values(operations);
    for (const operation of all) expect(operationOfType(operation.type)).toBe(operation);
    expect(new Set(all.map(({ slug }) => slug)).size).toBe(all.length);
    expect(operationOfType('installBox')).toBeUndefined();
  });

  it('operations lists the record of every folder', () => {
    const folders = readdirSync(`${root}/workflows/operations`, { withFileTypes: true })
      .filter((entry) => entry.isDirectory())
      .map(({ name }) => name);
    const listed = Object.values(operations).map(({ slug }) => slug);
    // A folder is named after its operation; `drift-box` alone holds one with a shorter slug, in ids of open runs.
    expect(folders.filter((folder) => !listed.some((slug) => slug === folder))).toEqual(['drift-box']);
  });
});
