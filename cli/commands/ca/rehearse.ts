// SPDX-License-Identifier: Apache-2.0
// `holdfast ca rehearse`: an authority on two software tokens of its own loses the key of its intermediate. Touches no other.
import { parseCidr } from '../../../workflows/contracts/box/cidr.ts';
import type { Command, Options } from '../../command.ts';
import { CliError } from '../../terminal/cli-error.ts';
import rehearse from './rehearse.sh';

/** @source Debian's package softhsm2 */
const softwareModule = '/usr/lib/softhsm/libsofthsm2.so';

export const caRehearse: Command = {
  words: ['ca', 'rehearse'],
  summary: 'rehearse the loss of a key on software tokens made for that',
  arguments: [
    {
      name: 'folder',
      text: 'where all of it is kept; empty, not there, or of a rehearsal that was interrupted',
    },
  ],
  options: [
    { flags: '--module <path>', text: `the library of SoftHSM; default ${softwareModule}`, group: 'Run' },
    {
      flags: '--network <cidr>',
      text: 'also make a box with step-ca in this network, such as 10.77.9.0/24; default: none',
      group: 'Run',
    },
  ],
  examples: ['ca rehearse /tmp/rehearsal', 'ca rehearse /tmp/rehearsal --network 10.77.9.0/24'],
  run: ({ io }, [folder = ''], options) => {
    const { module } = options;
    const [node = '', programs = ''] = io.programs;
    const words = [
      io.absolute(folder),
      typeof module === 'string' ? io.absolute(module) : softwareModule,
      node,
      programs,
      ...networkOf(options),
    ];
    return io.inFront(['sh', '-c', rehearse, 'rehearse', ...words]);
  },
};

/** Network, address of the box, gateway; none without the option. @throws CliError (exit 2) */
function networkOf({ network }: Options): string[] {
  if (typeof network !== 'string') return [];
  const parsed = parseCidr(network);
  const [, start] = /^(\d+\.\d+\.\d+)\.0\/24$/.exec(network) ?? [];
  if (parsed === null || start === undefined)
    throw new CliError('usage', `--network takes a network such as 10.77.9.0/24, not ${network}`);
  return [network, `${start}.2`, `${start}.1`];
}
