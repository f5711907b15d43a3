// SPDX-License-Identifier: Apache-2.0
// `holdfast box dumps`: the dumps of a box, the newest first.
import { join } from 'node:path';
import type { DumpManifest } from '../../../workflows/contracts/box/dump.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { boxNameOf } from '../../records/box-records.ts';
import { outputOptions, type Command, type CommandContext } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { aligned } from '../../terminal/columns.ts';
import { typed } from '../../terminal/settings.ts';
import { agoText } from '../../terminal/time-text.ts';
import { boxNameArgument } from './drift.ts';
import { isForPrograms, isWide, writeDocument } from '../../terminal/output-format.ts';

export const boxDumps: Command = {
  words: ['box', 'dumps'],
  summary: 'list the dumps of a box',
  arguments: [boxNameArgument],
  options: outputOptions,
  examples: ['box dumps local-box'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    const dumps = await dumpsOf(context, name);
    const { io } = context;
    const { stdout, stderr } = io;
    if (isForPrograms(options)) writeDocument(io, options, dumps);
    else if (dumps.length === 0)
      stderr.write(`There is no dump of ${name}; next: ${typed(io, `holdfast box dump ${name}`)}\n`);
    else {
      const withMore = isWide(options);
      const rows = dumps.map(({ id, takenAt, databases }) => [
        id,
        withMore ? takenAt : agoText(takenAt, io.now()),
        sizeOf(databases),
        ...(withMore ? [databases.map(({ database }) => database).join(',')] : []),
      ]);
      const head = ['DUMP', 'TAKEN', 'SIZE', ...(withMore ? ['DATABASES'] : [])];
      for (const line of aligned([head, ...rows])) stdout.write(`${line}\n`);
    }
    return exitCodes.done.code;
  },
};

function sizeOf(databases: DumpManifest['databases']): string {
  const bytes = databases.reduce((sum, each) => sum + each.bytes, 0);
  return `${databases.length} databases, ${Math.ceil(bytes / 1024)} KiB`;
}

/** A dump without its manifest is none yet. */
async function dumpsOf({ io, stateDirectory }: CommandContext, name: string): Promise<DumpManifest[]> {
  const directory = join(stateDirectory, 'dumps', name);
  const ids = await io.listFolders(directory);
  const texts = await Promise.all(ids.map((id) => io.readText(join(directory, id, 'manifest.json'))));
  const dumps = texts.flatMap((text, index) => {
    if (text === null) return [];
    const manifest = jsonOrNull(text) as Partial<DumpManifest> | null;
    if (typeof manifest?.takenAt === 'string' && Array.isArray(manifest.databases))
      return [manifest as DumpManifest];
    const path = join(directory, ids[index] ?? '', 'manifest.json');
    io.stderr.write(`${path} cannot be read as the manifest of a dump; it is left out\n`);
    return [];
  });
  return dumps.sort((one, other) => other.takenAt.localeCompare(one.takenAt));
}
