// SPDX-License-Identifier: Apache-2.0
// RotateKeystoneKeys on a real Keystone: what was made by the former keys is of use afterwards, and a killed worker loses nothing.
import type { WorkflowHandle } from '@temporalio/client';
import { expect, test } from 'vitest';
import { boxHost } from '../../../activities/hosts/host.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { taskQueue } from '../../../workflows/contracts/run/messages.ts';
import { runThroughCrashes } from '../../proofs/crash/crash-run.ts';
import { seededPart } from '../../proofs/runner/seeded-part.ts';
import { recordIfAsked } from '../../histories/recording.ts';
import type { Lab } from '../lab.ts';
import { keystoneCalls } from './keystone-calls.ts';

/** A box with its lab, asked for once both are there. */
export type Stand = () => { readonly lab: Lab; readonly spec: BoxSpec };

export async function rotateKeys({ lab, spec }: ReturnType<Stand>, input: object): Promise<WorkflowHandle> {
  const { workflow } = await lab.client();
  return workflow.start('RotateKeystoneKeys', {
    workflowId: `rotate-keys/${spec.name}`,
    taskQueue,
    args: [{ name: spec.name, kind: spec.tokens ?? 'fernet', ...input }],
  });
}

/** Names of the files of each repository. */
export async function laidKeys({ name }: BoxSpec): Promise<string[]> {
  const find = ['find', '/etc/keystone', '-path', '*-keys/*', '-type', 'f', '-printf', '%P %m %u\\n'];
  return (await boxHost(name).output(find)).split('\n').filter(Boolean).sort();
}

/** Behind each step that writes, and behind the look that found new tokens made by the new key. */
function momentsOf({ tokens = 'fernet' }: BoxSpec): string[] {
  const steps = ['staged', 'distributed', 'promoted', 'switched', 'retired'];
  const after = [tokens, 'credential'].flatMap((ring) => steps.map((step) => `${ring}.${step}.after`));
  return [...after, `${tokens}.used.seen`, 'credential.used.after'];
}

/** `share` of the moments of a crash are met. */
export function rotateKeysTests(stand: Stand, share: number): void {
  test('a token and a credential of the former keys are of use after a rotation through kills', async () => {
    const { lab, spec } = stand();
    const keystone = await keystoneCalls(lab.stateDirectory, spec);
    const token = await keystone.token();
    const id = await keystone.createCredential(await keystone.token(), 'sealed before');
    const before = await laidKeys(spec);
    const plans = seededPart('rotate-keys', momentsOf(spec), share);
    let handle: WorkflowHandle | null = null;
    // As the schedule starts it, which names no kind.
    const begin = async () =>
      (handle = await rotateKeys({ lab, spec }, { kind: undefined, scheduled: true }));
    const { progress, crashes } = await runThroughCrashes(lab, begin, plans);
    expect(progress.phase).toBe('done');
    expect(crashes).toEqual(expect.arrayContaining(plans));
    if (handle !== null)
      await recordIfAsked(`rotations/rotate-keys-${spec.tokens ?? 'fernet'}-crashes`, handle);
    // The run has waited until Keystone remembers nothing from before it: the token is checked by its key.
    expect(await keystone.statusOf(token)).toBe(200);
    expect(await keystone.statusOf(await keystone.token())).toBe(200);
    expect(await keystone.readCredential(token, id)).toBe('sealed before');
    const after = await laidKeys(spec);
    console.log(`keys before: ${before.join(', ')}; after: ${after.join(', ')}`);
    expect(after).not.toEqual(before);
    expect(after.filter((line) => !line.endsWith(' 600 keystone'))).toEqual([]);
    expect((await lab.drift(spec.name)).result).toBe('same');
  });
}
