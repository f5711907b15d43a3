// SPDX-License-Identifier: Apache-2.0
// A double of `nova-manage db online_data_migrations` for more rows than a test can migrate: it counts down in place of
// working. A test holds its words and exit codes against those of the real tool, which does every other command.
import type { Host } from '../../../activities/hosts/host.ts';

/** Before the real tool in the box's path. */
const place = '/usr/local/bin/nova-manage';
/** Rows left; the service's user writes it. */
const counter = '/run/nova-manage-double';

/** @source nova 31.0.0, nova/cmd/manage.py: all its migrations, the last has the rows; the table is prettytable's */
const script = String.raw`#!/usr/bin/python3 -S
import os, sys

migration, titles = 'populate_instance_compute_id', ('Migration', 'Total Needed', 'Completed')
others = '''migrate_quota_limits_to_api_db migrate_quota_classes_to_api_db migration_migrate_to_uuid populate_uuids
populate_missing_availability_zones populate_queued_for_delete migrate_empty_ratio fill_virtual_interface_list
populate_user_id populate_dev_uuids'''.split()
if 'online_data_migrations' not in sys.argv:
    os.execv('/usr/bin/nova-manage', ['/usr/bin/nova-manage', *sys.argv[1:]])
size = int(sys.argv[sys.argv.index('--max-count') + 1])
if size < 1:
    print('Must supply a positive value for max_number')
    sys.exit(127)
with open('${counter}', 'r+') as file:
    left = int(file.read())
    done = min(left, size)
    file.seek(0)
    file.truncate()
    file.write(str(left - done))

def middle(text, width):
    room = width - len(text)
    before = room // 2 + (room % 2 if len(text) % 2 == 0 else 0)
    return ' ' * before + text + ' ' * (room - before)

counts = {migration: str(done), **dict.fromkeys(others, '0')}
rows = [titles, *((name, counts[name], counts[name]) for name in sorted(counts))]
widths = [max(len(row[column]) for row in rows) for column in range(3)]
rule = '+' + '+'.join('-' * (width + 2) for width in widths) + '+'
lines = ['| ' + ' | '.join(middle(text, width) for text, width in zip(row, widths)) + ' |' for row in rows]
if done > 0:
    print(f'{done} rows matched query {migration}, {done} migrated')
print(rule, lines[0], rule, *lines[1:], rule, sep='\n')
sys.exit(1 if done > 0 else 0)
`;

/** Stands in for the real tool until it is removed; `rows` are left to migrate. */
export async function placeDouble(host: Host, rows: number): Promise<void> {
  await host.output(['sh', '-c', `echo ${rows} > ${counter} && chmod 666 ${counter}`]);
  await host.output(['sh', '-c', `cat > ${place} && chmod 755 ${place}`], { stdin: script });
}

export async function removeDouble(host: Host): Promise<void> {
  await host.output(['rm', '-f', place, counter]);
}
