// SPDX-License-Identifier: Apache-2.0
// A double of `nova-manage db online_data_migrations` for more rows than a test can migrate: counts down in place of working.
// Its words are those that the real tool just said, with other numbers; every other command, and the end, is the real tool's.
import type { Host } from '../../activities/clients/host/host.ts';

const tool = '/usr/bin/nova-manage';
const folder = '/run/nova-double';

/** `said` is the output of a real batch of `size` rows that were all migrated. */
export async function installDouble(host: Host, rows: number, size: number, said: string): Promise<void> {
  const script = `#!/bin/sh
case " $* " in *' online_data_migrations '*) ;; *) exec ${tool}.real "$@" ;; esac
left=$(cat ${folder}/left)
for size; do :; done
[ "$left" -gt 0 ] || exec ${tool}.real "$@"
[ "$left" -ge "$size" ] || size=$left
echo $((left - size)) > ${folder}/left
sed "s/ROWS/$size/g" ${folder}/said
exit 1
`;
  await host.output(['mkdir', '-p', folder]);
  await host.output(['tee', `${folder}/said`], { stdin: templateOf(said, size) });
  await host.output(['tee', `${folder}/left`], { stdin: `${rows}\n` });
  await host.output(['chmod', '-R', 'a+rwX', folder]);
  await host.output(['mv', '--no-clobber', tool, `${tool}.real`]);
  await host.output(['tee', tool], { stdin: script });
  await host.output(['chmod', '755', tool]);
}

export async function removeDouble(host: Host): Promise<void> {
  await host.output(['sh', '-c', `[ ! -e ${tool}.real ] || mv ${tool}.real ${tool}; rm -rf ${folder}`]);
}

/** Numbers only where they count rows: the width of the table does not matter to whoever reads it. */
const templateOf = (said: string, size: number): string =>
  said.replaceAll(new RegExp(`\\b${size}\\b`, 'g'), 'ROWS');
