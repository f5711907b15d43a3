// SPDX-License-Identifier: Apache-2.0
// RotateAdministratorPassword on a real Keystone: a person agrees, and a worker that is killed anywhere locks nobody out.
import { join } from 'node:path';
import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { EmbeddedSecretStore } from '../../../activities/clients/secrets/secret-store.ts';
import { secretRef } from '../../../workflows/contracts/box/brands.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { runThroughCrashes } from '../../proofs/crash/crash-run.ts';
import { seededPart } from '../../proofs/runner/seeded-part.ts';
import { keystoneCalls } from './keystone-calls.ts';
import { recordIfAsked } from '../../histories/recording.ts';
import type { Stand } from './rotate-keys.ts';

const moments = ['set', 'stored', 'access', 'ended'].map((step) => `${step}.after`);

export function rotateAdminTests(stand: Stand, share: number): void {
  const id = () => `rotate-admin/${stand().spec.name}`;
  const start = async (): Promise<WorkflowHandle> => {
    const { lab, spec } = stand();
    const { workflow } = await lab.client();
    return workflow.start('RotateAdministratorPassword', {
      workflowId: id(),
      taskQueue,
      args: [{ name: spec.name }],
    });
  };
  const password = async () => {
    const { lab, spec } = stand();
    const store = new EmbeddedSecretStore(join(lab.stateDirectory, 'secrets'));
    return (await store.get(secretRef(`boxes/${spec.name}/admin-password`)))?.value;
  };

  test('the administrator has another password once a person agreed, through kills, and the files log in', async () => {
    const { lab, spec } = stand();
    const before = await password();
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const token = await keystone.token();
    const handle = await start();
    const asks = await lab.until(handle, 'asks', ({ phase }) => phase === 'needs-operator');
    expect(asks.steps.find((step) => step.asks !== undefined)?.asks?.why).toContain('locked out');
    expect([await password(), await keystone.statusOf(token)]).toEqual([before, 200]);
    const plans = seededPart('rotate-admin', moments, share);
    const { progress, crashes } = await runThroughCrashes(
      lab,
      async () => {
        const { exitCode } = await lab.run('cli.js', ['op', 'approve', id(), '--yes'], { reject: false });
        expect(exitCode).toBe(0);
        // The run takes the answer and is parked for a moment longer.
        await expect.poll(async () => (await lab.progress(handle))?.phase).not.toBe('needs-operator');
        return handle;
      },
      plans,
    );
    expect(progress.phase).toBe('done');
    expect(crashes).toEqual(expect.arrayContaining(plans));
    await recordIfAsked('rotations/rotate-admin-approved-crashes', handle);
    expect(await password()).not.toBe(before);
    // The files were written anew: calls made from now on log in by them.
    const anew = await keystoneCalls(lab.stateDirectory, spec);
    expect(await anew.statusOf(await anew.token())).toBe(200);
    expect((await lab.drift(spec.name)).result).toBe('same');
  });
}
