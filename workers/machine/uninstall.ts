// SPDX-License-Identifier: Apache-2.0
// What holdfast put on this machine, and its removal. Destroys no box: while one is there, nothing is removed.
import { readdir, readFile, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../activities/clients/failure.ts';
import { namesIn as readableNamesIn } from '../../activities/clients/state/local-files.ts';
import { mirrorSpecFile } from '../../workflows/contracts/mirror/mirror-spec.ts';
import type { Emit } from '../embedded/supervise-events.ts';
import type { SuperviseSettings } from '../embedded/supervise-settings.ts';
import { down } from '../embedded/supervision.ts';
import { bootUnit } from './boot-unit.ts';
import { exists, namesIn, sizeBytes } from './folders.ts';

/** Where things of holdfast lie that belong to no state directory. */
interface MachinePlaces {
  readonly machineDirectory: string;
  readonly bootUnitPath: string;
}

export interface UninstallRequest {
  readonly settings: SuperviseSettings;
  readonly places: MachinePlaces;
  readonly withDumps: boolean;
  /** Where the programs of holdfast lie. */
  readonly programDirectory: string;
}

export interface UninstallPlan {
  /** What has to go first, each with the command that removes it. */
  readonly blockers: readonly { readonly what: string; readonly next: string }[];
  readonly removes: readonly { readonly path: string; readonly what: string; readonly bytes: number }[];
  readonly stays: readonly { readonly what: string; readonly how: string }[];
}

/** Of the state directory. Another name in it is nobody's business: the folder then stays with it. */
const stateParts: Readonly<Record<string, string>> = {
  boxes: 'specs and access files of boxes',
  sites: 'specs and state of mirrors',
  clouds: 'records of clouds',
  authorities: 'specs and ceremonies of authorities',
  secrets: 'passwords and keys',
  stations: 'settings of stations',
  canaries: 'times of canaries',
  dumps: 'dumps of databases',
  temporal: 'history of all runs',
  logs: 'logs',
  run: 'records of processes',
  'ui-token.json': 'token of the web UI',
  'metrics.json': 'address of the metrics',
};
/** What a person may want later. */
const keptParts: readonly string[] = ['dumps'];

/** Of the cache. */
const cacheParts: Readonly<Record<string, string>> = {
  'root-file-systems': 'images of boxes',
  'guest-images': 'images of guests',
  'image-files': 'images of vendors',
  'debian-packages': 'packages of Debian',
  'apt-lists': 'lists of packages',
  temporal: 'the Temporal program',
};

/** Of the packages that a start installs where they are missing, those without which a machine keeps its network and firewall. */
const debianPackages = 'mmdebstrap systemd-container';

export async function uninstallPlan(request: UninstallRequest): Promise<UninstallPlan> {
  const { settings, places, withDumps } = request;
  const { stateDirectory, cacheDirectory } = settings;
  const boxesFolder = join(places.machineDirectory, 'boxes');
  // What cannot be read is not empty: a box may be in it.
  await readableNamesIn(boxesFolder);
  const boxes = await namesIn(boxesFolder);
  const isMirror = await Promise.all(boxes.map((box) => exists(join(stateDirectory, mirrorSpecFile(box)))));
  const paths = [
    ...((await servesThisState(request)) ? [[places.bootUnitPath, 'starts all at each boot'] as const] : []),
    ...(await partsOf(stateDirectory, stateParts)).filter(
      ([path]) => withDumps || !keptParts.some((part) => path === join(stateDirectory, part)),
    ),
    ...(await partsOf(cacheDirectory, cacheParts)),
    [places.machineDirectory, 'leases and claims of boxes'] as const,
  ];
  const flags = await Promise.all(paths.map(([path]) => exists(path)));
  const removes = await Promise.all(
    paths
      .filter((_, index) => flags[index])
      .map(async ([path, what]) => ({ path, what, bytes: await sizeBytes(path) })),
  );
  return {
    blockers: boxes.map((box, index) =>
      isMirror[index] === true
        ? { what: `mirror ${box}`, next: `holdfast mirrors destroy ${box}` }
        : { what: `box ${box}`, next: `holdfast box destroy ${box}` },
    ),
    removes,
    stays: await staying(request),
  };
}

/** @idempotent @throws Failure `PreconditionFailed` while a box is on this machine */
export async function uninstall(request: UninstallRequest, emit: Emit): Promise<UninstallPlan> {
  const plan = await uninstallPlan(request);
  const [blocker] = plan.blockers;
  if (blocker !== undefined)
    throw new Failure('PreconditionFailed', `${blocker.what} is on this machine; nothing was removed`, {
      on: blocker.what,
      hint: blocker.next,
    });
  const { settings, places } = request;
  if (await servesThisState(request))
    await execa('systemctl', ['disable', '--now', bootUnit], { reject: false });
  await down(settings, emit);
  for (const { path } of plan.removes) await rm(path, { recursive: true, force: true });
  if (await exists('/run/systemd/system')) await execa('systemctl', ['daemon-reload'], { reject: false });
  // Folders that are not empty hold what is not holdfast's, or what stays.
  for (const folder of [settings.stateDirectory, settings.cacheDirectory, places.machineDirectory])
    await rmdir(folder).catch(() => undefined);
  return plan;
}

async function servesThisState({ settings, places }: UninstallRequest): Promise<boolean> {
  const unit = await readFile(places.bootUnitPath, 'utf8').catch(() => '');
  return unit.includes(`HOLDFAST_STATE=${settings.stateDirectory}"`);
}

/** With their locks, and what a restore moved aside. */
async function partsOf(
  folder: string,
  parts: Readonly<Record<string, string>>,
): Promise<(readonly [string, string])[]> {
  const names = await readdir(folder).catch(() => []);
  return names.sort().flatMap((name) => {
    const aside = /^(replaced|restore)-/.test(name) ? 'moved aside by a restore' : undefined;
    const what = parts[name.replace(/\.lock$/, '')] ?? aside;
    return what === undefined ? [] : [[join(folder, name), what] as const];
  });
}

async function staying({
  settings,
  withDumps,
  programDirectory,
}: UninstallRequest): Promise<UninstallPlan['stays']> {
  const dumps = join(settings.stateDirectory, 'dumps');
  const hasDumps = !withDumps && (await namesIn(dumps)).length > 0;
  const forwards = await readFile('/proc/sys/net/ipv4/ip_forward', 'utf8').catch(() => '');
  return [
    ...(hasDumps
      ? [
          {
            what: `dumps in ${dumps}, which hold hashes of passwords`,
            how: 'holdfast uninstall --with-dumps',
          },
        ]
      : []),
    ...(forwards.trim() === '1'
      ? [{ what: 'IPv4 forwarding, until the next boot', how: 'sysctl net.ipv4.ip_forward=0' }]
      : []),
    { what: 'packages of Debian, where nothing else needs them', how: `apt-get remove ${debianPackages}` },
    { what: 'this program', how: removalOf(programDirectory) },
  ];
}

/** @source workers/package/deb.mjs, and where npm lays packages */
function removalOf(programDirectory: string): string {
  if (programDirectory.startsWith('/usr/lib/holdfast/')) return 'apt-get remove holdfast';
  return programDirectory.includes('/node_modules/holdfast/') ? 'npm rm -g holdfast' : 'remove the clone';
}
