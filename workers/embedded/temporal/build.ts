// SPDX-License-Identifier: Apache-2.0
// Builds the pinned Temporal CLI from source with the Go toolchain. Decides nothing.
import { join } from 'node:path';
import { execa } from 'execa';
import { withProgress } from '../progress.ts';
import type { Progress } from '../progress.ts';
import { redact } from '../../../activities/clients/redact.ts';
import { TEMPORAL_CLI_VERSION } from './version.ts';

const PACKAGE = 'github.com/temporalio/cli/cmd/temporal';
/** The variable that `--version` prints; an unstamped build calls itself 0.0.0-DEV. */
const VERSION_VARIABLE = 'github.com/temporalio/cli/temporalcli.Version';
/** @source measured on two cores with a cold module cache: 181 s */
const EXPECTED_TEXT = 'about 3 min';

/** Leaves a freshly built `temporal` in an existing folder and returns its path; progress at least every 10 s.
 * @throws Error with the compiler's last lines, or execa's own when go cannot be started */
export async function buildTemporal(
  folder: string,
  environment: Readonly<Record<string, string>>,
  progress: Progress,
): Promise<string> {
  progress(`building temporal ${TEMPORAL_CLI_VERSION} with go, ${EXPECTED_TEXT}`);
  const build = await withProgress(
    progress,
    (seconds) => `building temporal ${TEMPORAL_CLI_VERSION} with go, ${seconds} s so far, ${EXPECTED_TEXT}`,
    () =>
      execa(
        'go',
        [
          'install',
          // Nobody debugs this program: without its symbols the build takes a sixth less and so does the file.
          '-gcflags=all=-dwarf=false',
          `-ldflags=-s -w -X=${VERSION_VARIABLE}=${TEMPORAL_CLI_VERSION}`,
          `${PACKAGE}@v${TEMPORAL_CLI_VERSION}`,
        ],
        {
          cwd: folder,
          env: buildEnvironment(folder, environment),
          extendEnv: false,
          stdin: 'ignore',
          reject: false,
        },
      ),
  );
  if (build.failed) throw new Error(lastLines(build.stderr) || build.shortMessage, { cause: build.cause });
  return join(folder, 'temporal');
}

function buildEnvironment(
  folder: string,
  environment: Readonly<Record<string, string>>,
): Record<string, string> {
  const home = environment['HOME'];
  return {
    ...environment,
    // A system service may have no home, and go refuses to guess where its caches belong.
    ...(home === undefined && { HOME: folder }),
    // A caller's own build settings (a vendor folder, another platform) are not meant for this program.
    GOFLAGS: '-modcacherw',
    // Its SQLite is written in Go: no C compiler is needed.
    CGO_ENABLED: '0',
    GOOS: '',
    GOARCH: '',
    GOBIN: folder,
  };
}

function lastLines(stderr: string): string {
  return redact(stderr).trim().split('\n').slice(-5).join('\n');
}
