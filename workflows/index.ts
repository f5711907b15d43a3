// SPDX-License-Identifier: Apache-2.0
// The wire names of all workflows, and nothing else.
export { installBox as InstallBox } from './operations/install-box/workflow.ts';
export { planBox as PlanBox } from './operations/install-box/workflow.ts';
export { renewCertificates as RenewCertificates } from './operations/renew-certificates/workflow.ts';
export { rotateServiceCredentials as RotateServiceCredentials } from './operations/rotate-credentials/workflow.ts';
export { dumpBox as DumpBox } from './operations/dump-box/workflow.ts';
export { restoreBox as RestoreBox } from './operations/restore-box/workflow.ts';
export { restoreNova as RestoreNova } from './operations/restore-box/workflow.ts';
export { migrateNova as MigrateNova } from './operations/migrate-nova/workflow.ts';
export { novaStatus as NovaStatus } from './operations/migrate-nova/workflow.ts';
export { migrateDatabase as MigrateDatabase } from './operations/migrate-database/workflow.ts';
export { databaseStatus as DatabaseStatus } from './operations/migrate-database/workflow.ts';
export { upgradeBox as UpgradeBox } from './operations/upgrade-box/workflow.ts';
export { planUpgrade as PlanUpgrade } from './operations/upgrade-box/workflow.ts';
export { canary as Canary } from './operations/canary/workflow.ts';
export { driftBox as DriftBox } from './operations/drift-box/workflow.ts';
export { destroyBox as DestroyBox } from './operations/destroy-box/workflow.ts';
