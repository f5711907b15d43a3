// SPDX-License-Identifier: Apache-2.0
// `holdfast ca status`: the certificates of an authority and when each ends. Asks no token.
import { outputOptions, type Command } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { ceremoniesOf } from '../../records/ceremony-records.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { authorityLines } from '../../views/text/authority-text.ts';
import { authorityArgument } from './options.ts';

export const caStatus: Command = {
  words: ['ca', 'status'],
  summary: 'show the certificates of an authority and when they end',
  arguments: [authorityArgument],
  options: outputOptions,
  examples: ['ca status lab', 'ca status lab --json'],
  run: async (context, [name = ''], options) => {
    const { io } = context;
    const { spec } = await requireAuthority(context, name);
    const ceremonies = await ceremoniesOf(context, name);
    if (options['json'] === true) {
      const { root, station, profile } = spec;
      const all = ceremonies.map(({ generation, ceremony, verification, seal, folder }) => ({
        generation,
        serialNumber: ceremony.serialNumber,
        crlNumber: ceremony.crlNumber,
        ends: verification?.ends ?? null,
        seal: seal?.digest ?? null,
        folder,
      }));
      const status = {
        name,
        root: root.fingerprint,
        station,
        generation: profile.generation,
        ceremonies: all,
      };
      io.stdout.write(`${JSON.stringify(status, null, 2)}\n`);
      return exitCodes.done.code;
    }
    for (const line of authorityLines(spec, ceremonies, io.now())) io.stdout.write(`${line}\n`);
    if (!ceremonies.some(({ generation, seal }) => generation === spec.profile.generation && seal !== null))
      io.stderr.write(`next: ${typed(io, `holdfast ca issue ${name}`)}\n`);
    return exitCodes.done.code;
  },
};
