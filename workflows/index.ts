// SPDX-License-Identifier: Apache-2.0
// The wire names of all workflows, and nothing else.
export { installBox as InstallBox } from './install-box/workflow.ts';
export { planBox as PlanBox } from './install-box/workflow.ts';
export { renewCertificates as RenewCertificates } from './renew-certificates/workflow.ts';
export { dumpBox as DumpBox } from './dump-box/workflow.ts';
export { restoreBox as RestoreBox } from './restore-box/workflow.ts';
export { restoreNova as RestoreNova } from './restore-box/workflow.ts';
export { migrateNova as MigrateNova } from './migrate-nova/workflow.ts';
export { novaStatus as NovaStatus } from './migrate-nova/workflow.ts';
export { migrateDatabase as MigrateDatabase } from './migrate-database/workflow.ts';
export { databaseStatus as DatabaseStatus } from './migrate-database/workflow.ts';
export { upgradeBox as UpgradeBox } from './upgrade-box/workflow.ts';
export { planUpgrade as PlanUpgrade } from './upgrade-box/workflow.ts';
export { canary as Canary } from './canary/workflow.ts';
export { driftBox as DriftBox } from './drift-box/workflow.ts';
export { destroyBox as DestroyBox } from './destroy-box/workflow.ts';
