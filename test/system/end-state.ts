// SPDX-License-Identifier: Apache-2.0
// Everything a box is, as sorted lines of text, so that two installs can be compared whole. Chance is masked, files never left out.
import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { execa } from 'execa';
import { boxHost } from '../../activities/hosts/host.ts';
import { boxDirectory } from '../../activities/hosts/places.ts';

/** Paths whose content differs from box to box by nature: keys, random ids, logs, times. Their rights are compared. */
const chance: readonly RegExp[] = [
  // The time at which the image was built, as systemd notes it.
  /^etc\/\.updated$/,
  /^etc\/(machine-id|keystone\/(fernet|credential)-keys\/\d+|ssl\/holdfast\/)/,
  /^(var\/log|var\/cache|var\/lib\/(systemd|dbus|private|apt|dpkg))\//,
  /^var\/lib\/holdfast\//,
  // Databases of OVN and Open vSwitch hold what Neutron and chance wrote; the rows look at their settings only.
  /^var\/lib\/(ovn|openvswitch)\/\w+\.db$/,
  /\.pyc$/,
];

/** Folders whose file names are chance too: shown once, by what they hold for people instead. */
const folded: readonly [RegExp, string][] = [
  // The cluster's files are compared as dumps below.
  [/^(var\/lib\/postgresql\/\d+\/main)\/.*/, '$1/(cluster)'],
  // One folder per occurrence; a killed run has more of them.
  [/^var\/lib\/holdfast\/jobs\/.*/, 'var/lib/holdfast/jobs/(jobs)'],
  [/^var\/log\/journal\/.*/, 'var/log/journal/(journal)'],
  [/^var\/lib\/systemd\/.*/, 'var/lib/systemd/(state)'],
  [/^var\/cache\/.*/, 'var/cache/(cache)'],
  [/^var\/tmp\/systemd-private-.*/, 'var/tmp/(private)'],
  // Keyed by paths and times, one per start of a tool.
  [/^(var\/lib\/\w+\/\.cache\/python-entrypoints)\/.*/, '$1/(entry points)'],
  // A marker of each process that logged in, named by its number.
  [/^(var\/lib\/\w+\/holdfast-credentials)\/.*/, '$1/(markers)'],
  [/^(var\/lib\/rabbitmq\/mnesia)\/.*/, '$1/(broker)'],
  [/^(var\/lib\/glance\/images)\/.*/, '$1/(image)'],
  [/__pycache__\/.*/, '__pycache__/(bytecode)'],
];

/** What timers leave when a day ends: rotated logs, and Debian's copies of what dpkg knows. */
const atMidnight = /^var\/(backups(\/|$)|log\/.*\.\d+(\.gz)?$|lib\/logrotate\/)/;

export interface BoxNames {
  readonly box: string;
  readonly address: string;
}

export async function endState({ box, address }: BoxNames): Promise<string[]> {
  const host = boxHost(box);
  const files = (
    await execa('find', ['.', '-printf', '%P\t%y\t%m\t%U\t%G\t%l\n'], { cwd: `${boxDirectory(box)}/upper` })
  ).stdout;
  const lines = new Set<string>();
  const hashed: string[] = [];
  for (const line of files.split('\n').filter(Boolean)) {
    const [path = '', type, mode, user, group, target] = line.split('\t');
    if (atMidnight.test(path)) continue;
    const shown = folded.reduce((name, [pattern, replacement]) => name.replace(pattern, replacement), path);
    if (shown !== path) lines.add(`file ${shown}`);
    else lines.add(`file ${path} ${type} ${mode} ${user}:${group} ${target}`);
    if (type === 'f' && shown === path && !chance.some((pattern) => pattern.test(path))) hashed.push(path);
  }
  const mask = (line: string): string => line.replaceAll(address, 'ADDRESS').replaceAll(box, 'BOX');
  for (const path of hashed) {
    const content = withoutChance(mask(await readFile(`${boxDirectory(box)}/upper/${path}`, 'latin1')));
    lines.add(`content ${path} ${createHash('sha256').update(content).digest('hex')}`);
  }
  for (const line of await databaseLines(host)) lines.add(line);
  const units = await host.output([
    'systemctl',
    'list-unit-files',
    '--state=enabled',
    '--no-legend',
    '--plain',
  ]);
  for (const line of units.split('\n').filter(Boolean)) lines.add(`enabled ${line.split(/\s+/)[0] ?? ''}`);
  const failed = await host.output(['systemctl', 'list-units', '--state=failed', '--no-legend', '--plain']);
  for (const line of failed.split('\n').filter(Boolean)) lines.add(`failed ${line}`);
  return [...lines].map(mask).sort();
}

/** Tables whose rows tell of what happened, not of what is wanted: servers come and gone, heartbeats, work in flight. */
const happenings =
  /^(revocation_event|instances?(_.*)?|block_device_mapping|virtual_interfaces|request_specs|build_requests|services|compute_nodes|consumers|ovn_hash_ring|ovn_revision_numbers|agents|task_log|resource_provider_trees|holdfast_locks)$/;

/** Glance keeps what was deleted: an image that was half uploaded when its worker died is there, and nobody's. */
const halfImage = /^INSERT INTO public\.images?\w* .*'TIME', true[,)]/;

/** Every database: schema whole; data with ids, hashes and times masked. */
async function databaseLines(host: ReturnType<typeof boxHost>): Promise<string[]> {
  const asPostgres = (argv: string[]) =>
    host.output(['setpriv', '--reuid=postgres', '--regid=postgres', '--init-groups', '--', ...argv], {
      timeoutSeconds: 120,
    });
  const names = await asPostgres([
    'psql',
    '-Atqc',
    'SELECT datname FROM pg_database WHERE NOT datistemplate',
  ]);
  const lines: string[] = [];
  for (const database of names.split('\n').filter(Boolean)) {
    const dump = (...args: string[]) =>
      asPostgres(['pg_dump', '--restrict-key=none', ...args, database]).then((text) => text.split('\n'));
    const schema = await dump('--schema-only');
    const data = (await dump('--data-only', '--column-inserts')).filter(
      (line) => !happenings.test(/^INSERT INTO \w+\.(\w+)/.exec(line)?.[1] ?? ''),
    );
    const told = data.map(masked).filter((line) => !halfImage.test(line));
    lines.push(...[...schema, ...told].map((line) => `database ${database} ${line}`));
  }
  return lines.filter((line) => !/^database \w+ (--.*)?$/.test(line));
}

const uuid = /[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g;

/** Of an application credential: user, generation, and digits of chance. */
const credentialName = /\b(holdfast-[a-z]+-\d+)-[0-9a-f]{8}\b/g;

/** Of a file: ids, and the values of what is generated, in settings and in JSON. */
function withoutChance(content: string): string {
  return content
    .replaceAll(uuid, 'ID')
    .replaceAll(/^(\w*(?:password|secret)\w* *= *).+$/gm, '$1SECRET')
    .replaceAll(/("(?:id|secret|run|createdAt|expiresAt)": *)"[^"]*"/g, '$1"CHANCE"')
    .replaceAll(credentialName, '$1-CHANCE');
}

function masked(line: string): string {
  return (
    line
      .replaceAll(uuid, 'ID')
      .replaceAll(credentialName, '$1-CHANCE')
      // The names of traits come in an order of chance, and their numbers with them.
      .replaceAll(/(?<=INTO public\.(?:resource_provider_)?traits .* )\d+(?=[,)])/g, 'N')
      // Neutron takes the first free one that a scan meets, and PostgreSQL lets a scan join another on its way.
      .replaceAll(/(?<=INTO public\.ml2_geneve_allocations .* VALUES \()\d+/g, 'N')
      .replaceAll(/'(req-)?(ID|[0-9a-f]{32,64})'/g, "'ID'")
      .replaceAll(/'\$2[aby]\$[^']+'/g, "'HASH'")
      .replaceAll(/'\d{4}-\d\d-\d\d([ T][^']*)?'/g, "'TIME'")
      .replaceAll(/\b1[0-9]{15}\b/g, 'MICROSECONDS')
      .replaceAll(/\b([0-9a-f]{2}:){5}[0-9a-f]{2}\b/g, 'MAC')
      // Counters of rows: a second bootstrap adds a password of its own and expires the one before.
      .replaceAll(/VALUES \(\d+, (?=\d+|'ID')/g, 'VALUES (N, ')
      .replace(/setval\('([^']+)', \d+,/, "setval('$1', N,")
  );
}
