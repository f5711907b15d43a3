// SPDX-License-Identifier: Apache-2.0
// `holdfast box access`: a folder by which another machine reaches the box. Asks no service.
import { join } from 'node:path';
import { parse, stringify } from 'yaml';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';
import { accessOf, requireSpec, type BoxAccess } from '../../records/box-records.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { resultOptions, type Command, type CommandContext, type Options } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { shellQuoted } from '../../terminal/shell-quote.ts';
import { hostsOf } from './env.ts';
import { boxNameArgument } from './drift.ts';
import environmentScript from './access-env.sh';
import { isForPrograms, writeDocument } from '../../terminal/output-format.ts';

export const boxAccess: Command = {
  words: ['box', 'access'],
  summary: 'write a folder by which clients on another machine reach a box',
  arguments: [boxNameArgument],
  options: [
    {
      flags: '--to <folder>',
      text: 'where it is written; what it is made of must not be there yet',
      group: 'Output',
    },
    {
      flags: '--cloud <name>',
      text: 'only this entry of clouds.yaml; may be repeated',
      group: 'Output',
      isRepeatable: true,
    },
    ...resultOptions(),
  ],
  examples: ['box access local-box --to laptop --cloud local-box-test'],
  run: async (context, [name = ''], options) => {
    const { io } = context;
    const folder = options['to'];
    if (typeof folder !== 'string' || folder === '')
      throw new CliError('usage', 'Name the folder to write', {
        next: sameCommand(boxAccess, [name], { ...options, to: 'FOLDER' }),
      });
    const spec = await requireSpec(context, name);
    const access = await accessOf(context, name);
    if (access === null)
      throw new CliError('failed', `The access files of box ${name} are not written yet`, {
        next: `holdfast box install ${name}`,
      });
    const clouds = chosen(access, options);
    const target = io.absolute(folder);
    await layFolder(context, target, access, clouds, hostsOf(spec));
    const isNear = spec.access.address === undefined;
    if (isForPrograms(options)) {
      const result = { folder: target, clouds, reachable: !isNear };
      writeDocument(io, options, result);
      return exitCodes.done.code;
    }
    if (isNear) {
      io.stderr.write(`warning: box ${name} is reached by this machine alone\n`);
      io.stderr.write(
        `next: name an address of this machine in access.address of its spec, then holdfast box install ${name}\n`,
      );
    }
    io.stderr.write('It holds passwords: copy it over ssh. There: . ./env.sh && openstack token issue\n');
    io.stdout.write(`${target}\n`);
    return exitCodes.done.code;
  },
};

/** Entries of clouds.yaml; without a choice all. @throws CliError (exit 2) for one that is not there */
function chosen({ clouds }: BoxAccess, options: Options): readonly string[] {
  const named = options['cloud'];
  if (!Array.isArray(named) || named.length === 0) return clouds;
  for (const each of named as readonly string[]) {
    if (clouds.includes(each)) continue;
    const near = nearestName(each, clouds);
    throw new CliError(
      'usage',
      `There is no cloud ${each}${near === null ? '' : `: did you mean ${near}?`}`,
      {
        details: [`clouds: ${clouds.join(', ')}`],
      },
    );
  }
  return named as readonly string[];
}

/** @throws CliError when one of the files is there already */
async function layFolder(
  { io }: CommandContext,
  folder: string,
  { cloudsYaml, caFile }: BoxAccess,
  names: readonly string[],
  hosts: readonly string[],
): Promise<void> {
  const { clouds } = parse((await io.readText(cloudsYaml)) ?? '') as { clouds: Record<string, object> };
  // Relative until env.sh, where the folder lies then, makes it a whole path.
  const entries = Object.entries(clouds)
    .filter(([name]) => names.includes(name))
    .map(([name, entry]): [string, object] => [name, { ...entry, cacert: 'ca.pem' }]);
  const defaults = [
    `holdfast_cloud=${shellQuoted(names[0] ?? '')}`,
    `holdfast_hosts=${shellQuoted(hosts.join(' '))}`,
  ];
  const [interpreter = '', ...script] = environmentScript.split('\n');
  const files: Readonly<Record<string, string>> = {
    'clouds.yaml': stringify({ clouds: Object.fromEntries(entries) }),
    'ca.pem': (await io.readText(caFile)) ?? '',
    'env.sh': [interpreter, ...defaults, ...script].join('\n'),
  };
  for (const name of Object.keys(files))
    if ((await io.readText(join(folder, name))) !== null)
      throw new CliError('failed', `${join(folder, name)} is there already; nothing was written`, {
        next: 'Name another folder with --to, or remove that file',
      });
  for (const [name, text] of Object.entries(files)) await io.writePrivate(join(folder, name), text);
}
