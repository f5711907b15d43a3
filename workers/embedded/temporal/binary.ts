// SPDX-License-Identifier: Apache-2.0
// The one place that provides the `temporal` program: from PATH, cache, download or source. Starts no server.
import { access, chmod, mkdir, mkdtemp, rename, rm } from 'node:fs/promises';
import { delimiter, dirname, join } from 'node:path';
import { causeLine, Failure } from '../../../activities/clients/failure.ts';
import { placeFindings } from '../../../activities/host/preflight-places.ts';
import { withExclusiveLock } from '../exclusive-lock.ts';
import { withProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { buildTemporal } from './build.ts';
import { TEMPORAL_DOWNLOAD_URL, downloadTemporal } from './download.ts';
import { TEMPORAL_CLI_VERSION, isPinnedVersion, isRecentEnough, readTemporalVersion } from './version.ts';

export interface ProvideTemporalBinary {
  cacheDirectory: string;
  environment: Readonly<Record<string, string>>;
  progress: Progress;
  /** @default the official download site */
  downloadUrl?: string;
}

/** Longest wait for another process that is obtaining the same version, in seconds.
 * @source five times the measured 181 s build, for slower machines */
const LOCK_WAIT_SECONDS = 900;

/** Returns the path of a `temporal` that runs: one on PATH that is at least 1.5, else the pinned one in the cache,
 * obtained by download or by `go install` when missing.
 * @idempotent callers at the same time obtain it once, under a lock keyed by version
 * @throws Failure `PreconditionFailed` naming every way tried with its deepest cause, or why nothing can run in the cache */
export async function provideTemporalBinary(options: ProvideTemporalBinary): Promise<string> {
  const ready = (await onPath(options)) ?? (await cached(options));
  if (ready !== undefined) return ready;
  await requirePlace(options);
  const folder = versionFolder(options);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return withExclusiveLock(
    {
      path: join(folder, 'lock'),
      purpose: `obtaining temporal ${TEMPORAL_CLI_VERSION}`,
      waitSeconds: LOCK_WAIT_SECONDS,
      progress: options.progress,
    },
    // Asked again under the lock: whoever held it before has most likely just put the program there.
    async () => (await cached(options)) ?? (await obtain(options)),
  );
}

/** Known before anything is fetched or built for minutes: what comes of it would not run. */
async function requirePlace({ cacheDirectory }: ProvideTemporalBinary): Promise<void> {
  const [finding] = await placeFindings([cacheDirectory]);
  if (finding === undefined) return;
  throw new Failure(
    'PreconditionFailed',
    `Neither Temporal nor a box can lie in ${cacheDirectory}: ${finding.have}; nothing was started`,
    { on: cacheDirectory, hint: `${finding.want}; then run: holdfast up` },
  );
}

function versionFolder({ cacheDirectory }: ProvideTemporalBinary): string {
  return join(cacheDirectory, 'temporal', TEMPORAL_CLI_VERSION);
}

async function onPath({ environment, progress }: ProvideTemporalBinary): Promise<string | undefined> {
  for (const folder of (environment['PATH'] ?? '').split(delimiter)) {
    const binary = join(folder, 'temporal');
    // A relative entry would name another program once the server runs with another working folder.
    if (!folder.startsWith('/') || !(await exists(binary))) continue;
    try {
      const version = await readTemporalVersion(binary, environment);
      if (isRecentEnough(version)) return binary;
      progress(`${binary} is version ${version.cli}, older than ${TEMPORAL_CLI_VERSION}: not used`);
    } catch (error) {
      progress(`${binary} is not used: ${causeLine(error)}`);
    }
  }
  return undefined;
}

async function cached(options: ProvideTemporalBinary): Promise<string | undefined> {
  const binary = join(versionFolder(options), 'temporal');
  if (!(await exists(binary))) return undefined;
  try {
    await verify(binary, options);
    return binary;
  } catch (error) {
    options.progress(`${binary} is obtained again: ${causeLine(error)}`);
    return undefined;
  }
}

async function obtain(options: ProvideTemporalBinary): Promise<string> {
  const { environment, progress, downloadUrl = TEMPORAL_DOWNLOAD_URL } = options;
  const downloading = `downloading temporal ${TEMPORAL_CLI_VERSION} from ${downloadUrl}`;
  const ways = [
    {
      name: downloading,
      run: (folder: string) =>
        withProgress(
          progress,
          (seconds) => `${downloading}, ${seconds} s so far`,
          () => downloadTemporal(folder, environment, downloadUrl),
        ),
    },
    {
      name: `building temporal ${TEMPORAL_CLI_VERSION} with go install`,
      run: (folder: string) => buildTemporal(folder, environment, progress),
    },
  ];
  const failures: string[] = [];
  for (const way of ways) {
    try {
      return await intoCache(options, way.run);
    } catch (error) {
      failures.push(`${way.name}: ${causeLine(error)}`);
      progress(`${way.name} did not work: ${causeLine(error)}`);
    }
  }
  throw new Failure(
    'PreconditionFailed',
    `No temporal ${TEMPORAL_CLI_VERSION} could be had; nothing was started. None recent enough on PATH; ` +
      `none in ${versionFolder(options)}; ${failures.join('; ')}`,
    {
      on: versionFolder(options),
      hint: `Put temporal ${TEMPORAL_CLI_VERSION} on PATH or at ${join(versionFolder(options), 'temporal')}, or install Go; then run: holdfast up`,
    },
  );
}

/** Runs one way in a scratch folder beside the target, so that only a program that answers is ever renamed into place. */
async function intoCache(
  options: ProvideTemporalBinary,
  way: (folder: string) => Promise<string>,
): Promise<string> {
  const target = join(versionFolder(options), 'temporal');
  const scratch = await mkdtemp(join(dirname(target), 'new-'));
  try {
    const binary = await way(scratch);
    await chmod(binary, 0o755);
    await verify(binary, options);
    await rename(binary, target);
    return target;
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

async function verify(binary: string, { environment }: ProvideTemporalBinary): Promise<void> {
  const version = await readTemporalVersion(binary, environment);
  if (isPinnedVersion(version)) return;
  throw new Error(`it is version ${version.cli} (server ${version.server}), not ${TEMPORAL_CLI_VERSION}`);
}

function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
