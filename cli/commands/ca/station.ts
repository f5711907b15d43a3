// SPDX-License-Identifier: Apache-2.0
// `holdfast ca station`: serves the tokens of a ceremony in front of a person, until Ctrl-C. Starts no run.
import { stationName } from '../../../workflows/contracts/authority/authority-spec.schema.ts';
import type { Command } from '../../command.ts';
import { withTemporal } from '../../local/open-temporal.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { tokenAccessOf, tokenOptions } from './options.ts';

export const caStation: Command = {
  words: ['ca', 'station'],
  summary: 'serve the tokens that are plugged in here, and ask for their PINs',
  arguments: [{ name: 'name', text: 'the name of this station, as specs of authorities have it' }],
  options: tokenOptions,
  examples: [
    'ca station desk --module /usr/lib/softhsm/libsofthsm2.so',
    'ca station desk --module /usr/lib/softhsm/libsofthsm2.so --pin-file 1a2b3c4d5e6f7a8b=root.pin',
  ],
  run: async (context, [station = ''], options) => {
    if (!stationName.safeParse(station).success)
      throw new CliError('usage', `${JSON.stringify(station)} is no name of a station`);
    const { module, pinFiles } = tokenAccessOf(context, options);
    // Only to have it up: the station connects by itself, and stays when this connection goes.
    await withTemporal(context, () => Promise.resolve());
    return context.io.station(JSON.stringify({ work: 'serve', station, module, pinFiles }));
  },
};
