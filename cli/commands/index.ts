// SPDX-License-Identifier: Apache-2.0
// All commands, in the order in which help lists them.
import type { Command } from '../command.ts';
import { backup } from './machine/backup.ts';
import { boxAccess } from './box/access.ts';
import { boxAddClient, boxRemoveClient } from './box/clients.ts';
import { boxDestroy } from './box/destroy.ts';
import { boxDrift } from './box/drift.ts';
import { boxDump } from './box/dump.ts';
import { boxDumps } from './box/dumps.ts';
import { boxEnv } from './box/env.ts';
import { boxInstall } from './box/install.ts';
import { boxList } from './box/list.ts';
import { boxLogs } from './box/logs.ts';
import { boxPlan } from './box/plan.ts';
import { boxRestart, boxStart, boxStop } from './box/power.ts';
import { boxRestore } from './box/restore.ts';
import { boxShell } from './box/shell.ts';
import { boxShow } from './box/show.ts';
import { boxUpdate } from './box/update.ts';
import { boxUpgrade } from './box/upgrade.ts';
import { caActivate } from './ca/activate.ts';
import { caApprove } from './ca/approve.ts';
import { caCrl } from './ca/crl.ts';
import { caDestroy } from './ca/destroy.ts';
import { caDrill } from './ca/drill.ts';
import { caInit } from './ca/init.ts';
import { caInstall } from './ca/install.ts';
import { caIssue } from './ca/issue.ts';
import { caRecord } from './ca/record.ts';
import { caRehearse } from './ca/rehearse.ts';
import { caRevoke } from './ca/revoke.ts';
import { caStation } from './ca/station.ts';
import { caStatus } from './ca/status.ts';
import { canaryReport } from './canary/report.ts';
import { canaryRun } from './canary/run.ts';
import { cloudPolicies } from './cloud/policies.ts';
import { cloudRecord } from './cloud/record.ts';
import { credentialsAck } from './credentials/ack.ts';
import { credentialsRotate } from './credentials/rotate.ts';
import { credentialsStatus } from './credentials/status.ts';
import { configShow } from './machine/config.ts';
import { completionCommand } from './machine/completion.ts';
import { dbMigrate } from './database/db-migrate.ts';
import { doctor } from './machine/doctor.ts';
import { down } from './machine/down.ts';
import { manualCommand } from './machine/manual.ts';
import { mirrorsAdd, mirrorsRemove } from './mirrors/change.ts';
import { mirrorsAllow, mirrorsRefuse } from './mirrors/allow.ts';
import { mirrorsAudit } from './mirrors/audit.ts';
import { mirrorsDestroy } from './mirrors/destroy.ts';
import { mirrorsExport } from './mirrors/export.ts';
import { mirrorsImport } from './mirrors/import.ts';
import { mirrorsInstall } from './mirrors/install.ts';
import { mirrorsPush } from './mirrors/push.ts';
import { mirrorsRefresh } from './mirrors/refresh.ts';
import { mirrorsRollback } from './mirrors/rollback.ts';
import { mirrorsStatus } from './mirrors/status.ts';
import { novaMigrate } from './database/nova-migrate.ts';
import { novaRestore } from './database/nova-restore.ts';
import { novaStatus } from './database/nova-status.ts';
import { opAnswer } from './op/answer.ts';
import { opApprove } from './op/approve.ts';
import { opCancel } from './op/cancel.ts';
import { opList } from './op/list.ts';
import { opLogs } from './op/logs.ts';
import { opReport } from './op/report.ts';
import { opResolve } from './op/resolve.ts';
import { opShow } from './op/show.ts';
import { opWatch } from './op/watch.ts';
import { prune } from './machine/prune.ts';
import { restore } from './machine/restore.ts';
import { scheduleApply } from './schedule/apply.ts';
import { scheduleDelete } from './schedule/delete.ts';
import { scheduleList } from './schedule/list.ts';
import { schedulePause, scheduleUnpause } from './schedule/pause.ts';
import { scheduleTrigger } from './schedule/trigger.ts';
import { uninstall } from './machine/uninstall.ts';
import { page } from './machine/page.ts';
import { supportBundle } from './machine/diagnosis-bundle.ts';
import { up } from './machine/up.ts';

/** Under which heading help lists a noun, or a verb that stands alone. */
export const headings: Readonly<Record<string, string>> = {
  box: 'Clouds',
  canary: 'Clouds',
  credentials: 'Clouds',
  cloud: 'Clouds',
  db: 'Clouds',
  nova: 'Clouds',
  mirrors: 'What clouds are made of',
  ca: 'What clouds are made of',
  op: 'What was done, and what is due',
  schedule: 'What was done, and what is due',
  page: 'What was done, and what is due',
  up: 'This machine',
  down: 'This machine',
  doctor: 'This machine',
  backup: 'This machine',
  restore: 'This machine',
  prune: 'This machine',
  support: 'This machine',
  config: 'This machine',
  uninstall: 'This machine',
  completion: 'Help',
  manual: 'Help',
  help: 'Help',
};

/** What the nouns stand for. */
export const nouns: Readonly<Record<string, string>> = {
  box: 'private clouds, each described by a YAML file',
  canary: 'proofs that a cloud serves a plain user, with their times',
  ca: 'certificate authorities whose keys are on hardware tokens',
  cloud: 'clouds that are no boxes, whose credentials are rotated',
  credentials: 'application credentials by which services log in to Keystone',
  db: 'the databases of the services in a box',
  nova: 'the compute service of a box',
  mirrors:
    'what clouds are installed from, kept here: packages of Debian and Python, container images, Ansible, Git',
  schedule: 'what is done for boxes without anybody asking: drift, renewal',
  op: 'operations: runs of install, plan, drift and destroy',
  support: 'what those who help need to see',
  config: 'defaults of this command line, of a file of yours',
};

export const commands: readonly Command[] = [
  boxInstall,
  boxPlan,
  boxUpdate,
  boxUpgrade,
  boxDrift,
  boxList,
  boxShow,
  boxEnv,
  boxAccess,
  boxAddClient,
  boxRemoveClient,
  boxLogs,
  boxShell,
  boxStart,
  boxStop,
  boxRestart,
  boxDump,
  boxDumps,
  boxRestore,
  boxDestroy,
  canaryRun,
  canaryReport,
  cloudRecord,
  cloudPolicies,
  credentialsRotate,
  credentialsStatus,
  credentialsAck,
  caInit,
  caRecord,
  caIssue,
  caInstall,
  caActivate,
  caCrl,
  caRevoke,
  caDestroy,
  caDrill,
  caRehearse,
  caApprove,
  caStation,
  caStatus,
  dbMigrate,
  novaMigrate,
  novaStatus,
  novaRestore,
  mirrorsInstall,
  mirrorsRefresh,
  mirrorsStatus,
  mirrorsAdd,
  mirrorsRemove,
  mirrorsAudit,
  mirrorsAllow,
  mirrorsRefuse,
  mirrorsRollback,
  mirrorsExport,
  mirrorsImport,
  mirrorsPush,
  mirrorsDestroy,
  opList,
  opShow,
  opLogs,
  opWatch,
  opResolve,
  opApprove,
  opAnswer,
  opCancel,
  opReport,
  scheduleApply,
  scheduleList,
  schedulePause,
  scheduleUnpause,
  scheduleTrigger,
  scheduleDelete,
  up,
  down,
  doctor,
  page,
  backup,
  restore,
  prune,
  supportBundle,
  configShow,
  uninstall,
  completionCommand(() => commands, nouns),
  manualCommand(() => commands, nouns),
];
