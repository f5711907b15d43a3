// SPDX-License-Identifier: Apache-2.0
// The operations by their wire names and ids. Starts none.

export interface Operation {
  /** Wire name of the workflow. */
  readonly type: string;
  /** First part of the id, and the operation's name in progress. */
  readonly slug: string;
  /** True when the run only looks and its result is a report. */
  readonly looks: boolean;
  /** What it does to its subject, for people. */
  readonly summary: string;
}

export const operations = {
  install: { type: 'InstallBox', slug: 'install-box', looks: false, summary: 'install box' },
  plan: { type: 'PlanBox', slug: 'plan', looks: true, summary: 'plan box' },
  drift: { type: 'DriftBox', slug: 'drift', looks: true, summary: 'look for drift of box' },
  renew: {
    type: 'RenewCertificates',
    slug: 'renew-certificates',
    looks: false,
    summary: 'renew certificates of box',
  },
  rotateCredentials: {
    type: 'RotateServiceCredentials',
    slug: 'rotate-credentials',
    looks: false,
    summary: 'rotate service credentials of box',
  },
  upgrade: { type: 'UpgradeBox', slug: 'upgrade-box', looks: false, summary: 'upgrade box' },
  planUpgrade: {
    type: 'PlanUpgrade',
    slug: 'plan-upgrade',
    looks: true,
    summary: 'plan the upgrade of box',
  },
  dump: { type: 'DumpBox', slug: 'dump-box', looks: false, summary: 'dump databases of box' },
  restore: {
    type: 'RestoreBox',
    slug: 'restore-box',
    looks: false,
    summary: 'put back databases of box',
  },
  migrateNova: {
    type: 'MigrateNova',
    slug: 'migrate-nova',
    looks: false,
    summary: 'migrate databases of Nova in box',
  },
  novaStatus: {
    type: 'NovaStatus',
    slug: 'nova-status',
    looks: true,
    summary: 'look at the databases of Nova in box',
  },
  restoreNova: {
    type: 'RestoreNova',
    slug: 'restore-nova',
    looks: false,
    summary: 'put back databases of Nova in box',
  },
  migrateDatabase: {
    type: 'MigrateDatabase',
    slug: 'migrate-database',
    looks: false,
    summary: 'migrate databases of',
  },
  databaseStatus: {
    type: 'DatabaseStatus',
    slug: 'database-status',
    looks: true,
    summary: 'look at the databases of',
  },
  canary: { type: 'Canary', slug: 'canary', looks: false, summary: 'fly a canary in cloud' },
  destroy: { type: 'DestroyBox', slug: 'destroy-box', looks: false, summary: 'destroy box' },
} as const satisfies Record<string, Operation>;

export const operationTypes: readonly string[] = Object.values(operations).map(({ type }) => type);

export function operationId(operation: Operation, subject: string): string {
  return `${operation.slug}/${subject}`;
}

/** True when a run of this wire name ends with a report. */
export function isLook(type: string): boolean {
  return Object.values(operations).some((operation) => operation.type === type && operation.looks);
}
