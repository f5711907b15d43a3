// SPDX-License-Identifier: Apache-2.0
// The phase that makes a volume, writes to it in the guest, takes it away, and reads it again.
import { Failure } from '../clients/failure.ts';
import { answer } from './guest-phases.ts';
import { requirePart, until, type CanaryContext, type PhaseNote } from './context.ts';
import { hasVolumes } from './sweep.ts';

/** @source an NFS volume took 1.1 s to make and 8.3 s to attach; a busy machine takes ten times that */
const secondsMax = 120;

export async function volume(canary: CanaryContext): Promise<PhaseNote> {
  const { client, prefix, nonce, signal } = canary;
  if (!(await hasVolumes(client))) return { skipped: 'the catalog has no block storage' };
  const { volumes } = client.blockStorage;
  const { servers } = client.compute;
  const serverId = requirePart(canary, 'serverId');
  const waiting = { timeoutSeconds: secondsMax, signal };
  const { id } = await volumes.create({ name: `${prefix}volume`, sizeGigabytes: 1 });
  await volumes.waitFor(id, 'available', waiting);

  const attached = async (): Promise<string> => {
    const before = await disks(canary);
    await servers.attachVolume(serverId, id);
    await volumes.waitFor(id, 'in-use', waiting);
    const search = { what: 'No new disk in the guest', on: requirePart(canary, 'address'), secondsMax };
    return until(
      canary,
      search,
      async () => (await disks(canary)).find((name) => !before.includes(name)) ?? null,
    );
  };
  const detached = async (): Promise<void> => {
    await servers.detachVolume(serverId, id);
    await volumes.waitFor(id, 'available', waiting);
    // Nova forgets it after Cinder does, and takes it for attached until then.
    const search = { what: 'Nova still has the volume for the server', on: serverId, secondsMax };
    const isGone = async () => !(await servers.attachedVolumes(serverId)).includes(id);
    await until(canary, search, async () => ((await isGone()) ? true : null));
  };

  const disk = await attached();
  const sudo = requirePart(canary, 'user') === 'root' ? '' : 'sudo ';
  await answer(canary, `echo ${nonce} | ${sudo}dd of=/dev/${disk} bs=512 conv=sync,fsync 2> /dev/null`);
  await detached();
  const again = await attached();
  const read = await answer(canary, `${sudo}dd if=/dev/${again} bs=512 count=1 2> /dev/null | head -n 1`);
  await detached();
  await volumes.delete(id);
  await volumes.waitUntilGone(id, waiting);
  if (read === nonce) return { note: `/dev/${disk}` };
  throw new Failure('VerifyFailed', 'A volume does not hold what was written before it was detached', {
    on: `/dev/${again}`,
    cause: `read ${JSON.stringify(read.slice(0, 40))}`,
  });
}

const disks = async (canary: CanaryContext): Promise<string[]> =>
  (await answer(canary, 'ls /sys/block')).split(/\s+/);
