// SPDX-License-Identifier: Apache-2.0
// Chooses where a box's volumes lie, once: LVM where a logical volume was made in it, else files of a folder. Makes no volume.
import { iniValue } from '../../workflows/contracts/box/ini-value.ts';
import type { CinderPort, VolumeBackend, VolumeBackendArgs } from '../../workflows/ports/cloud/cinder.ts';
import { fileDifferences } from '../hosts/file-differences.ts';
import type { FileState, Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import tryVolumeGroup from './try-volume-group.sh';

type BackendPort = Pick<CinderPort, 'observeVolumeBackend' | 'chooseVolumeBackend'>;

export function volumeBackendActivities({ inside }: Clients): BackendPort {
  return {
    observeVolumeBackend: observing(async (args) => {
      const state = await present(inside(args.box), args);
      const backend = backendOf(state);
      if (backend !== null) return fileDifferences(args.files[backend], state);
      return [{ what: `place of volumes of ${args.box}`, have: 'not chosen', want: 'chosen' }];
    }),
    chooseVolumeBackend: applying(async (args, scope) => {
      const host = inside(args.box);
      const chosen = backendOf(await present(host, args));
      const { backend, why } = chosen === null ? await probe(host) : { backend: chosen, why: 'as before' };
      await host.writeFiles(scope.fencingToken, [args.files[backend]]);
      return `${backend === 'lvm' ? 'LVM' : 'files of a folder'}: ${why}`;
    }),
  };
}

async function present(host: Host, { files }: VolumeBackendArgs): Promise<FileState | null> {
  const [state = null] = await host.readFiles([files.nfs.path]);
  return state;
}

/** What the file says, also one that was changed by hand. */
function backendOf(state: FileState | null): VolumeBackend | null {
  const value = state === null ? null : iniValue(state.content, 'DEFAULT', 'enabled_backends');
  return value === 'lvm' || value === 'nfs' ? value : null;
}

async function probe(host: Host): Promise<{ backend: VolumeBackend; why: string }> {
  const argv = ['sh', '-c', tryVolumeGroup, 'trying LVM'];
  const { exitCode, stderr } = await host.run(argv, { timeoutSeconds: 60 });
  if (exitCode === 0) return { backend: 'lvm', why: 'a logical volume was made' };
  const cause = stderr.trim().split('\n').at(-1) ?? '';
  return { backend: 'nfs', why: `no LVM: ${cause || `exit code ${exitCode}`}` };
}
