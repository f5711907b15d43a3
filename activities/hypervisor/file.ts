// SPDX-License-Identifier: Apache-2.0
// Gives Nova the settings of the hypervisor that was proven. Chooses none.
import type { HypervisorFileArgs, HypervisorPort } from '../../workflows/ports/hypervisor.ts';
import type { FileArgs } from '../../workflows/ports/host.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { fileDifferences } from '../hosts/file-differences.ts';
import { applying, observing } from '../step-scope.ts';
import { readHypervisor } from './record.ts';

type FilePort = Pick<HypervisorPort, 'observeHypervisorFile' | 'writeHypervisorFile'>;

export function hypervisorFileActivities({ inside }: Clients): FilePort {
  return {
    observeHypervisorFile: observing(async (args) => {
      const file = await fileOf(args);
      const [state = null] = await inside(args.box).readFiles([file.path]);
      return fileDifferences(file, state);
    }),
    writeHypervisorFile: applying(async (args, scope) => {
      await inside(args.box).writeFiles(scope.fencingToken, [await fileOf(args)]);
      return undefined;
    }),
  };
}

async function fileOf({ box, files }: HypervisorFileArgs): Promise<FileArgs> {
  const record = await readHypervisor(box);
  if (record !== null) return files[record.kind];
  throw new Failure('Unreachable', `What runs the servers of ${box} is not proven yet`, { on: box });
}
