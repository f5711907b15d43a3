// SPDX-License-Identifier: Apache-2.0
// `holdfast box env`: lines for a shell, by which clients find the box. Asks nobody.
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { accessOf, requireSpec } from '../../records/box-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import type { Command } from '../../command.ts';
import { exitCodes } from '../../terminal/exit-codes.ts';
import { shellQuoted } from '../../terminal/shell-quote.ts';
import { boxNameArgument } from './drift.ts';

export const boxEnv: Command = {
  words: ['box', 'env'],
  summary: 'print the shell variables by which clients find a box',
  arguments: [boxNameArgument],
  options: [],
  examples: ['box env local-box'],
  run: async (context, [name = ''], _options) => {
    const spec = await requireSpec(context, name);
    const access = await accessOf(context, name);
    if (access === null) {
      throw new CliError('failed', `The access files of box ${name} are not written yet`, {
        next: `holdfast box install ${name}`,
      });
    }
    const variables = {
      OS_CLIENT_CONFIG_FILE: access.cloudsYaml,
      OS_CLOUD: access.clouds[0] ?? `${name}-admin`,
    };
    const { stdout } = context.io;
    // One that is left over from another cloud would be mixed in: its OS_AUTH_URL would be sent the password of this one.
    stdout.write(forgetOthers);
    for (const [key, value] of Object.entries(variables))
      stdout.write(`export ${key}=${shellQuoted(value)}\n`);
    for (const host of hostsOf(spec)) stdout.write(withoutProxy(host));
    return exitCodes.done.code;
  },
};

/** By the names that the shell itself has: later clients know more of them than we do. */
const forgetOthers = `for holdfast_name in $(env | sed -n 's/^\\(OS_[A-Za-z0-9_]*\\)=.*/\\1/p'); do unset "$holdfast_name"; done\n`;

/** Where the box answers, under every name that it has. */
export function hostsOf({ networks, access }: BoxSpec): string[] {
  return [networks.management.address, access.address, access.name].filter((host) => host !== undefined);
}

/** Once, however often the lines are read. */
function withoutProxy(host: string): string {
  const word = shellQuoted(host);
  const line = (name: string): string =>
    `case ",$\{${name}-}," in *,${word},*) ;; *) export ${name}="$\{${name}:+$${name},}"${word} ;; esac\n`;
  return line('no_proxy') + line('NO_PROXY');
}
