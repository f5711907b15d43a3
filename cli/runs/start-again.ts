// SPDX-License-Identifier: Apache-2.0
// How a run that ended is started again: the command, and the hint without the answers that only an open run takes. Pure.
import type { Progress } from '../../workflows/contracts/run/progress.ts';
import { operations, type Slug } from '../../workflows/operations/index.ts';
import { namesOf } from './progress-sources.ts';

/** The command of each operation before its subject; null where no command of a person starts it, or needs more words. */
const words: Readonly<Record<Slug, string | null>> = {
  'acknowledge-credential': null,
  canary: 'canary run',
  'audit-mirror': 'mirrors audit',
  'change-mirror': null,
  'destroy-box': 'box destroy',
  'destroy-mirror': 'mirrors destroy',
  drift: 'box drift',
  'dump-box': 'box dump',
  'export-bundle': null,
  'import-bundle': null,
  'install-box': 'box install',
  'install-mirror': 'mirrors install',
  plan: 'box plan',
  'plan-mirror': 'mirrors install --plan',
  'issue-ca': 'ca issue',
  'plan-ca': 'ca issue --plan',
  'issue-crl': 'ca crl',
  'install-ca': 'ca install',
  'plan-ca-box': 'ca install --plan',
  'activate-ca': null,
  'revoke-ca': null,
  'drill-compromise': null,
  'migrate-database': null,
  'database-status': null,
  'migrate-nova': 'nova migrate',
  'nova-status': 'nova status',
  'refresh-mirrors': 'mirrors refresh',
  'plan-refresh': 'mirrors refresh --plan',
  'renew-certificates': null,
  'restore-box': null,
  'restore-nova': null,
  'rollback-mirror': 'mirrors rollback',
  'rotate-admin': 'credentials rotate --kind admin',
  'rotate-cloud': 'credentials rotate',
  'rotate-credentials': 'credentials rotate',
  'rotate-keys': null,
  'start-box': 'box start',
  'stop-box': 'box stop',
  'update-box': 'box update',
  'revert-update': 'box update --back',
  'plan-update': 'box update --plan',
  'upgrade-box': 'box upgrade',
  'plan-upgrade': 'box upgrade --plan',
};

/** Their spec is recorded by a run itself: before that the file has to be named. */
const bySpec: ReadonlySet<string> = new Set(
  [
    operations.installBox,
    operations.planBox,
    operations.upgradeBox,
    operations.planUpgrade,
    operations.installMirror,
    operations.planMirror,
  ].map(({ slug }) => slug),
);

/** The command that starts the operation of a run again, or null where no single command does. */
export function startAgainCommand(id: string, progress: Progress | null): string | null {
  const { operation, subject } = namesOf(id);
  const command = words[operation as Slug] ?? null;
  if (command === null) return null;
  const isRecorded = progress?.steps.some(({ touched, status }) => touched === true || status === 'changed');
  return `holdfast ${command} ${bySpec.has(operation) && isRecorded !== true ? 'FILE' : subject}`;
}

/** A hint for a run that has ended: nobody resolves, answers or waits for it any more. */
export function hintOfEnded(hint: string): string {
  return hint
    .replace(
      /; the run goes on by itself, or after --retry once it waits for a person/,
      ', then start it again',
    )
    .replace(/,? then answer it, or resolve it with --retry/, ', then start it again')
    .replace(/resolve (it|the step) with --retry/, 'start it again');
}
