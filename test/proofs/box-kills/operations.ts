// SPDX-License-Identifier: Apache-2.0
// The operations of a box of Keystone alone, as the proof begins each: its input, what has to be there before, and the answer it asks for.
import type { WorkflowHandle } from '@temporalio/client';
import { boxHost } from '../../../activities/hosts/host.ts';
import type { DumpManifest } from '../../../workflows/contracts/box/dump.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { Operation } from '../../../workflows/contracts/run/operation.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { operations as of } from '../../../workflows/operations/index.ts';
import type { Lab } from '../../system/lab.ts';

interface Stand {
  readonly lab: Lab;
  readonly spec: BoxSpec;
}

/** Starts the operation, and answers what it asks before it changes anything. */
export type Start = (stand: Stand) => Promise<WorkflowHandle>;

const starting =
  (operation: Operation, input: object = {}): Start =>
  async ({ lab, spec }) => {
    const { workflow } = await lab.client();
    return workflow.start(operation.type, {
      workflowId: `${operation.slug}/${spec.name}`,
      taskQueue,
      args: [{ name: spec.name, ...input }],
    });
  };

/** A certificate that is gone is issued again. */
const renewing: Start = async (stand) => {
  await boxHost(stand.spec.name).output(['rm', '-f', '/etc/ssl/holdfast/api.pem']);
  return starting(of.renewCertificates, { takeOver: false })(stand);
};

const restoring: Start = async (stand) => {
  const { stdout } = await stand.lab.run('cli.js', ['box', 'dumps', stand.spec.name, '--json']);
  const [newest] = JSON.parse(stdout) as DumpManifest[];
  if (newest === undefined) throw new Error('There is no dump to restore');
  return starting(of.restoreBox, { dump: newest.id, takeOver: false })(stand);
};

/** A person agrees to another password. */
const changingThePassword: Start = async (stand) => {
  const { lab, spec } = stand;
  const handle = await starting(of.rotateAdministratorPassword)(stand);
  await lab.until(handle, 'asks', ({ phase }) => phase === 'needs-operator');
  await lab.run('cli.js', ['op', 'approve', `${of.rotateAdministratorPassword.slug}/${spec.name}`, '--yes']);
  await lab.until(handle, 'goes on', ({ phase }) => phase !== 'needs-operator');
  return handle;
};

const starts = {
  [of.driftBox.slug]: starting(of.driftBox, { takeOver: false }),
  [of.dumpBox.slug]: starting(of.dumpBox, { takeOver: false }),
  [of.restoreBox.slug]: restoring,
  [of.renewCertificates.slug]: renewing,
  [of.migrateDatabase.slug]: starting(of.migrateDatabase, { service: 'keystone', takeOver: false }),
  [of.rotateKeystoneKeys.slug]: starting(of.rotateKeystoneKeys, { kind: 'fernet' }),
  [of.rotateAdministratorPassword.slug]: changingThePassword,
  [of.updateBox.slug]: starting(of.updateBox, { takeOver: false }),
  [of.startBox.slug]: starting(of.startBox, { takeOver: false }),
  [of.stopBox.slug]: starting(of.stopBox, { takeOver: false }),
} as const;

/** By the operation's slug, those that need an earlier one's result behind it. */
export const operationStarts: Readonly<Record<string, Start>> = starts;
