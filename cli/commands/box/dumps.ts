// SPDX-License-Identifier: Apache-2.0
// `holdfast box dumps`: the dumps of a box, the newest first.
import { join } from 'node:path';
import type { DumpManifest } from '../../../workflows/contracts/box/dump.ts';
import { boxNameOf } from '../../records/box-records.ts';
import { outputOptions, type Command, type CommandContext } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { aligned } from '../../terminal/columns.ts';
import { boxNameArgument } from './drift.ts';

export const boxDumps: Command = {
  words: ['box', 'dumps'],
  summary: 'list the dumps of a box',
  arguments: [boxNameArgument],
  options: outputOptions,
  examples: ['box dumps local-box'],
  run: async (context, [argument = ''], options) => {
    const name = boxNameOf(argument);
    const dumps = await dumpsOf(context, name);
    const { stdout, stderr } = context.io;
    if (options['json'] === true) stdout.write(`${JSON.stringify(dumps, null, 2)}\n`);
    else if (dumps.length === 0)
      stderr.write(`There is no dump of ${name}; next: npx holdfast box dump ${name}\n`);
    else {
      const rows = dumps.map(({ id, takenAt, databases }) => [id, takenAt, sizeOf(databases)]);
      for (const line of aligned([['DUMP', 'TAKEN', 'SIZE'], ...rows])) stdout.write(`${line}\n`);
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
  const dumps = texts.flatMap((text) => (text === null ? [] : [JSON.parse(text) as DumpManifest]));
  return dumps.sort((one, other) => other.takenAt.localeCompare(one.takenAt));
}
