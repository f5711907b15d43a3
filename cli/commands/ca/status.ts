// SPDX-License-Identifier: Apache-2.0
// `holdfast ca status`: the certificates of an authority, when each ends, and what has to be done. Asks no token.
import type { AuthoritySpec } from '../../../workflows/contracts/authority/authority-spec.ts';
import { outputOptions, type Command } from '../../command.ts';
import { requireAuthority } from '../../records/authority-records.ts';
import { authorityStatus, type AuthorityStatus } from '../../records/authority-status.ts';
import { authorityRecordsOf, type CeremonyStatus } from '../../records/ceremony-records.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { typed } from '../../terminal/settings.ts';
import { authorityLines } from '../../views/text/authority-text.ts';
import { authorityArgument } from './options.ts';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const caStatus: Command = {
  words: ['ca', 'status'],
  summary: 'show the certificates of an authority, their ends, and what to do by when',
  arguments: [authorityArgument],
  options: outputOptions,
  examples: ['ca status lab', 'ca status lab --json'],
  run: async (context, [name = ''], options) => {
    const { io } = context;
    const { spec } = await requireAuthority(context, name);
    const records = await authorityRecordsOf(context, name);
    const status = authorityStatus(spec, records, io.now());
    if (isForPrograms(options)) {
      writeDocument(io, options, jsonOf(spec, records.ceremonies, status));
      return exitCodes.done.code;
    }
    for (const line of authorityLines(spec, status, io.now())) io.stdout.write(`${line}\n`);
    const [first] = status.todo.filter(({ by }) => by === null);
    if (first !== undefined) io.stderr.write(`next: ${typed(io, first.command)}\n`);
    return exitCodes.done.code;
  },
};

function jsonOf(spec: AuthoritySpec, ceremonies: readonly CeremonyStatus[], status: AuthorityStatus) {
  const { name, root, station, profile } = spec;
  const { rootEnds, intermediates, crl, active, todo } = status;
  return {
    name,
    root: root.fingerprint,
    rootEnds,
    station,
    generation: profile.generation,
    intermediates,
    crl,
    active,
    todo,
    ceremonies: ceremonies.map(({ generation, ceremony, verification, seal, folder }) => ({
      generation,
      serialNumber: ceremony.serialNumber,
      crlNumber: ceremony.crlNumber ?? null,
      ends: verification?.ends ?? null,
      seal: seal?.digest ?? null,
      folder,
    })),
  };
}
