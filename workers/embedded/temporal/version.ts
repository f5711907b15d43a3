// SPDX-License-Identifier: Apache-2.0
// The pinned Temporal CLI version, and what a binary says about itself. Does not obtain one.
import { execa } from 'execa';
import { Failure } from '../../../activities/clients/failure.ts';

/** The pinned CLI release.
 * @source measured: it builds with `go install` (later ones hold a local replace) and serves SDK 1.24 */
export const TEMPORAL_CLI_VERSION = '1.5.1';
/** The server inside that release, as `temporal --version` prints it. */
const TEMPORAL_SERVER_VERSION = '1.29.1';

/** A version that a source build without a stamp prints for the CLI itself. */
const UNSTAMPED = '0.0.0-DEV';
const ANSWER_WAIT_SECONDS = 20;

/** What `temporal --version` printed. */
export interface TemporalVersion {
  cli: string;
  server: string;
}

/** Runs `<binary> --version`, waiting up to 20 s.
 * @throws Failure `PreconditionFailed` when it does not run or answers something else */
export async function readTemporalVersion(
  binary: string,
  environment: Readonly<Record<string, string>>,
): Promise<TemporalVersion> {
  const answer = await execa(binary, ['--version'], {
    env: { ...environment },
    extendEnv: false,
    stdin: 'ignore',
    reject: false,
    timeout: ANSWER_WAIT_SECONDS * 1000,
  });
  const match = /temporal version (\S+) \(Server (\S+?),/.exec(answer.stdout ?? '');
  const [, cli, server] = match ?? [];
  if (answer.failed || cli === undefined || server === undefined) {
    throw new Failure('PreconditionFailed', `${binary} does not answer --version`, {
      on: binary,
      hint: `Run: ${binary} --version`,
      cause: answer.failed
        ? new Error(answer.stderr || answer.shortMessage)
        : new Error(`it printed "${answer.stdout.slice(0, 80)}"`),
    });
  }
  return { cli, server };
}

/** Returns whether a version is the pinned release; an unstamped source build is told by its server. */
export function isPinnedVersion({ cli, server }: TemporalVersion): boolean {
  return cli === TEMPORAL_CLI_VERSION || (cli === UNSTAMPED && server === TEMPORAL_SERVER_VERSION);
}

/** Returns whether a version's major.minor is at least the pinned one's; an unstamped build is told by its server. */
export function isRecentEnough({ cli, server }: TemporalVersion): boolean {
  return cli === UNSTAMPED
    ? atLeastMinor(server, TEMPORAL_SERVER_VERSION)
    : atLeastMinor(cli, TEMPORAL_CLI_VERSION);
}

function atLeastMinor(version: string, wanted: string): boolean {
  const [major = NaN, minor = NaN] = version.split('.').map(Number);
  const [wantedMajor = NaN, wantedMinor = NaN] = wanted.split('.').map(Number);
  return major > wantedMajor || (major === wantedMajor && minor >= wantedMinor);
}
