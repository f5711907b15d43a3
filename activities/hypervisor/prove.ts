// SPDX-License-Identifier: Apache-2.0
// Chooses what runs a box's servers by booting a guest on it: KVM where that works, else emulation. Configures nothing.
import { access } from 'node:fs/promises';
import { join } from 'node:path';
import type { HypervisorArgs, HypervisorPort } from '../../workflows/ports/hypervisor.ts';
import { Failure } from '../clients/failure.ts';
import { recordedImage } from '../hosts/box-image.ts';
import { boxDirectory } from '../hosts/places.ts';
import type { Clients } from '../clients/index.ts';
import { builtGuestImage, guestImageDirectory } from '../clients/guest/guest-image.ts';
import { runCommand } from '../run-command.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';
import probe from './probe.sh';
import probeInside from './probe-inside.sh';
import { presentBootId, readHypervisor, recordHypervisor } from './record.ts';

type ProofPort = Pick<HypervisorPort, 'observeHypervisor' | 'proveHypervisor'>;

export function proofActivities({ machine, cacheDirectory }: Clients): ProofPort {
  return {
    observeHypervisor: observing(async ({ box, wanted }, scope) => {
      if (scope.context.epoch > 0) await settleLiveJobs(machine(box), scope, scope.key);
      const record = await readHypervisor(box);
      const what = `hypervisor of ${box}`;
      if (record === null) return [{ what, have: 'not proven', want: wanted }];
      if (wanted !== 'auto' && record.kind !== wanted) return [{ what, have: record.kind, want: wanted }];
      if (record.bootId === (await presentBootId())) return [];
      return [{ what, have: `${record.kind}, proven before this machine was restarted`, want: 'proven' }];
    }),
    proveHypervisor: applying(async (args, scope) => {
      const { box } = args;
      const image = (await recordedImage(box)) ?? '';
      const guest = await builtGuestImage(guestImageDirectory(cacheDirectory, args.guest));
      if (guest === null)
        throw new Failure('Unreachable', 'The guest image is not built yet', { on: 'this machine' });
      const places = [join(boxDirectory(box), 'probe'), `${image}/root`, guest.path];
      const words = [...places, ...(await acceleratorsOf(args))];
      const argv = ['sh', '-c', probe, 'holdfast-probe', probeInside, ...words];
      const { exitCode, stdoutTail, stderrTail } = await runCommand(machine(box), scope, { argv });
      const lines = stdoutTail.trim().split('\n');
      const [kind, seconds] = (lines.at(-1) ?? '').split(' ');
      if (exitCode !== 0 || (kind !== 'kvm' && kind !== 'qemu')) throw noGuest(args, lines, stderrTail);
      await recordHypervisor(box, { kind, bootId: await presentBootId() });
      const others = lines.slice(0, -1).join('; ');
      return `${kind === 'kvm' ? 'KVM' : 'emulation'}: a guest ran after ${seconds ?? '?'} s${others && `; ${others}`}`;
    }),
  };
}

async function acceleratorsOf({ wanted }: HypervisorArgs): Promise<string[]> {
  if (wanted === 'kvm') return ['kvm'];
  const hasDevice = await access('/dev/kvm').then(
    () => true,
    () => false,
  );
  return wanted === 'auto' && hasDevice ? ['kvm', 'tcg'] : ['tcg'];
}

function noGuest({ box, wanted }: HypervisorArgs, lines: readonly string[], stderr: string): Failure {
  return new Failure('Rejected', `No guest ran on ${wanted === 'auto' ? 'any hypervisor' : wanted}`, {
    on: 'this machine',
    cause: [...lines, stderr.trim()].filter(Boolean).join('; '),
    hint:
      wanted === 'kvm'
        ? `Write hypervisor: auto into the spec of ${box} to have emulation where KVM does not work`
        : `Write hypervisor: fake into the spec of ${box} for a cloud whose servers hold no guest`,
  });
}
