// SPDX-License-Identifier: Apache-2.0
// The list of operations. Workflows, the builds of tables, the commands and the tests read it.
import type { Operation } from '../contracts/run/operation.ts';
import { acknowledgeCredential } from './acknowledge-credential/operation.ts';
import { activateIntermediate } from './activate-ca/operation.ts';
import { canary } from './canary/operation.ts';
import { destroyBox } from './destroy-box/operation.ts';
import { destroyAuthority } from './destroy-ca/operation.ts';
import { destroyMirror } from './destroy-mirror/operation.ts';
import { drillCompromise } from './drill-compromise/operation.ts';
import { driftBox } from './drift-box/operation.ts';
import { dumpBox } from './dump-box/operation.ts';
import { exportBundle } from './export-bundle/operation.ts';
import { pushImages } from './push-images/operation.ts';
import { importBundle } from './import-bundle/operation.ts';
import { installAuthority, planAuthority } from './install-ca/operation.ts';
import { installBox, planBox } from './install-box/operation.ts';
import { installMirror, planMirror } from './install-mirror/operation.ts';
import { issueIntermediateCa, planIntermediateCa } from './issue-ca/operation.ts';
import { issueRootCrl, revokeCertificate } from './issue-crl/operation.ts';
import { migrateDatabase, databaseStatus } from './migrate-database/operation.ts';
import { migrateNova, novaStatus } from './migrate-nova/operation.ts';
import { planRefresh, refreshMirrors } from './refresh-mirrors/operation.ts';
import { renewCertificates } from './renew-certificates/operation.ts';
import { auditMirror } from './audit-mirror/operation.ts';
import { changeMirror } from './change-mirror/operation.ts';
import { rollbackMirror } from './rollback-mirror/operation.ts';
import { restoreBox, restoreNova } from './restore-box/operation.ts';
import { rotateAdministratorPassword } from './rotate-admin/operation.ts';
import { rotateCloudCredentials } from './rotate-cloud/operation.ts';
import { rotateServiceCredentials } from './rotate-credentials/operation.ts';
import { rotateKeystoneKeys } from './rotate-keys/operation.ts';
import { startBox } from './start-box/operation.ts';
import { stopBox } from './stop-box/operation.ts';
import { revertUpdate } from './revert-update/operation.ts';
import { updateBox, planUpdate } from './update-box/operation.ts';
import { upgradeBox, planUpgrade } from './upgrade-box/operation.ts';

export const operations = {
  canary,
  destroyBox,
  driftBox,
  dumpBox,
  installBox,
  planBox,
  issueIntermediateCa,
  planIntermediateCa,
  issueRootCrl,
  revokeCertificate,
  installAuthority,
  planAuthority,
  activateIntermediate,
  drillCompromise,
  migrateDatabase,
  databaseStatus,
  migrateNova,
  novaStatus,
  renewCertificates,
  restoreBox,
  restoreNova,
  rotateServiceCredentials,
  rotateCloudCredentials,
  rotateKeystoneKeys,
  rotateAdministratorPassword,
  acknowledgeCredential,
  startBox,
  stopBox,
  updateBox,
  revertUpdate,
  planUpdate,
  upgradeBox,
  planUpgrade,
  installMirror,
  planMirror,
  refreshMirrors,
  planRefresh,
  changeMirror,
  auditMirror,
  rollbackMirror,
  exportBundle,
  importBundle,
  pushImages,
  destroyMirror,
  destroyAuthority,
} as const satisfies Record<string, Operation>;

/** First part of the ids of an operation's runs, and its name in their progress. */
export type Slug = (typeof operations)[keyof typeof operations]['slug'];

const list: readonly Operation[] = Object.values(operations);

export const operationTypes: readonly string[] = list.map(({ type }) => type);

/** Undefined for a name that no operation of this release has. */
export function operationOfType(type: string): Operation | undefined {
  return list.find((operation) => operation.type === type);
}

/** True when runs of this wire name end with a report. */
export function isObserving(type: string): boolean {
  return operationOfType(type)?.acts === 'observes';
}

/** One run of it at a time has this id. */
export function operationId(operation: Operation, subject: string): string {
  return `${operation.slug}/${subject}`;
}
