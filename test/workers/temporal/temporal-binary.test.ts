// SPDX-License-Identifier: Apache-2.0
// The order of ways to the temporal program, with doubles: scripts that answer as `temporal` and `go` do.
import { mkdir, readFile, readdir, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { expect, onTestFinished, test } from 'vitest';
import { Failure } from '../../../activities/clients/failure.ts';
import { provideTemporalBinary } from '../../../workers/embedded/temporal/binary.ts';
import { temporaryDirectory } from '../state-directory.ts';

const PINNED = 'temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)';
/** Nobody listens on port 4 of the loopback, so this fails as an unreachable download does. */
const NOWHERE = 'http://127.0.0.1:4';

async function script(path: string, body: string): Promise<string> {
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, `#!/bin/sh\n${body}\n`, { mode: 0o755 });
  return path;
}

async function surroundings(downloadUrl = NOWHERE) {
  const root = await temporaryDirectory();
  const lines: string[] = [];
  return {
    root,
    lines,
    program: join(root, 'cache', 'temporal', '1.5.1', 'temporal'),
    options: {
      cacheDirectory: join(root, 'cache'),
      environment: { PATH: `${join(root, 'bin')}:/usr/bin:/bin`, HOME: root },
      progress: (text: string) => void lines.push(text),
      downloadUrl,
    },
  };
}

const fakeGo = (root: string, version: string) =>
  script(
    join(root, 'bin', 'go'),
    `echo "$@" >> ${root}/go-calls; sleep 0.3
printf '#!/bin/sh\\necho "${version}"\\n' > "$GOBIN/temporal"; chmod +x "$GOBIN/temporal"`,
  );

test('provideTemporalBinary() takes the one on PATH when it is recent enough', async () => {
  const { root, options } = await surroundings();
  const path = await script(
    join(root, 'bin', 'temporal'),
    'echo "temporal version 1.6.0 (Server 1.30.0, UI 2.43.0)"',
  );
  expect(await provideTemporalBinary(options)).toBe(path);
});

test('provideTemporalBinary() says so and builds when PATH is old and the download unreachable', async () => {
  const { root, options, lines, program } = await surroundings();
  const old = await script(
    join(root, 'bin', 'temporal'),
    'echo "temporal version 1.2.0 (Server 1.26.2, UI 2.34.0)"',
  );
  await fakeGo(root, PINNED);
  expect(await provideTemporalBinary(options)).toBe(program);
  expect(lines[0]).toBe(`${old} is version 1.2.0, older than 1.5.1: not used`);
  expect(lines[1]).toMatch(/^downloading temporal 1\.5\.1 from .* did not work: .*ECONNREFUSED/);
  expect(lines[2]).toBe('building temporal 1.5.1 with go, about 3 min');
  expect(await readFile(join(root, 'go-calls'), 'utf8')).toContain(
    'github.com/temporalio/cli/cmd/temporal@v1.5.1',
  );
});

test('provideTemporalBinary() builds once when two ask at the same time, and takes the cached one later', async () => {
  const { root, options, program } = await surroundings();
  await fakeGo(root, PINNED);
  const both = await Promise.all([provideTemporalBinary(options), provideTemporalBinary(options)]);
  expect(both).toEqual([program, program]);
  expect(await provideTemporalBinary(options)).toBe(program);
  expect((await readFile(join(root, 'go-calls'), 'utf8')).trim().split('\n')).toHaveLength(1);
  expect((await readdir(dirname(program))).sort()).toEqual(['lock', 'temporal']);
});

test('provideTemporalBinary() unpacks the official archive when it can be downloaded', async () => {
  const folder = await temporaryDirectory();
  await script(join(folder, 'temporal'), `echo "${PINNED}"`);
  await execa('tar', ['-czf', join(folder, 'archive'), '-C', folder, 'temporal']);
  const archive = await readFile(join(folder, 'archive'));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? '');
    response.end(archive);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => void server.close());
  const { port } = server.address() as AddressInfo;
  const { options, program } = await surroundings(`http://127.0.0.1:${port}`);
  expect(await provideTemporalBinary(options)).toBe(program);
  expect(asked).toEqual([
    expect.stringMatching(/^\/cli\/archive\/v1\.5\.1\?platform=linux&arch=(amd|arm)64$/),
  ]);
});

test('provideTemporalBinary() names every way and the next command when none works', async () => {
  const { root, options, program } = await surroundings();
  await fakeGo(root, 'temporal version 9.9.9 (Server 9.9.9, UI 9.9.9)');
  const error = await provideTemporalBinary(options).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(Failure);
  const { code, message, facts } = error as Failure;
  expect(code).toBe('PreconditionFailed');
  expect(message).toContain('downloading temporal 1.5.1');
  expect(message).toContain('ECONNREFUSED');
  expect(message).toContain('it is version 9.9.9 (server 9.9.9), not 1.5.1');
  expect(facts.hint).toContain('holdfast up');
  expect(await readdir(dirname(program))).toEqual(['lock']);
});

test('provideTemporalBinary() carries the compiler’s words when go fails', async () => {
  const { root, options } = await surroundings();
  await script(join(root, 'bin', 'go'), 'echo "no space left on device" >&2; exit 1');
  await expect(provideTemporalBinary(options)).rejects.toThrow('no space left on device');
});

test('provideTemporalBinary() says that go is missing when it is', async () => {
  const { root, options } = await surroundings();
  const environment = { ...options.environment, PATH: join(root, 'bin') };
  await expect(provideTemporalBinary({ ...options, environment })).rejects.toThrow(/go install: .*ENOENT/);
});

test('provideTemporalBinary() obtains it again when the cached program does not answer', async () => {
  const { root, options, lines, program } = await surroundings();
  await script(program, 'exit 1');
  await fakeGo(root, PINNED);
  expect(await provideTemporalBinary(options)).toBe(program);
  expect(lines[0]).toContain('is obtained again');
});
