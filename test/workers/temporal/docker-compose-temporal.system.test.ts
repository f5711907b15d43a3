// SPDX-License-Identifier: Apache-2.0
// The compose file against the official schema, and what it must hold beyond that. Starts no container.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ValidateFunction } from 'ajv';
import { Ajv2020 } from 'ajv/dist/2020.js';
import { execa } from 'execa';
import { beforeAll, expect, test } from 'vitest';
import { parse } from 'yaml';
import { TEMPORAL_CLI_VERSION } from '../../../workers/embedded/temporal/version.ts';

interface ComposeFile {
  services: Record<string, ComposeService>;
  volumes: Record<string, unknown>;
}
interface ComposeService {
  image: string;
  command: string[];
  ports: string[];
  volumes: string[];
  healthcheck: { test: string[] };
  restart: string;
}

const composeText = readFileSync(join(import.meta.dirname, '../../../docker-compose.temporal.yml'), 'utf8');
const compose = parse(composeText) as ComposeFile;
const service = compose.services['temporal'] as ComposeService;

// The schema's own keywords for time spans and port notations are annotations to us.
const ajv = new Ajv2020({ strict: false, formats: { duration: true, ports: true, expose: true } });
/** Brought by Go from the module that `docker compose` itself is built on; kept in Go's own cache. */
const schemaModule = 'github.com/compose-spec/compose-go/v2@v2.16.2';
let validate: ValidateFunction;

beforeAll(async () => {
  const { stdout } = await execa('go', ['mod', 'download', '-json', schemaModule]);
  const { Dir } = JSON.parse(stdout) as { Dir: string };
  validate = ajv.compile(
    JSON.parse(readFileSync(join(Dir, 'schema', 'compose-spec.json'), 'utf8')) as object,
  );
});

test('docker-compose.temporal.yml follows the compose schema', () => {
  validate(compose);
  expect(validate.errors).toBeNull();
});

test('the compose schema refuses when a key is misspelled', () => {
  expect(validate({ services: { temporal: { imagee: 'x' } } })).toBe(false);
});

test('docker-compose.temporal.yml publishes on the loopback alone', () => {
  expect(service.ports).toEqual(['127.0.0.1:7233:7233', '127.0.0.1:8233:8233']);
});

test('docker-compose.temporal.yml pins the release that the embedded server has', () => {
  expect(service.image).toBe(`temporalio/temporal:${TEMPORAL_CLI_VERSION}`);
});

test('docker-compose.temporal.yml keeps the database in a named volume', () => {
  const mounts = service.volumes.map((volume) => volume.split(':'));
  expect(mounts).toHaveLength(1);
  const [name = '', folder = ''] = mounts[0] ?? [];
  expect(Object.keys(compose.volumes)).toContain(name);
  expect(service.command.join(' ')).toContain(`--db-filename=${folder}/`);
});

test('docker-compose.temporal.yml restarts and is watched', () => {
  expect(service.restart).toBe('unless-stopped');
  expect(service.healthcheck.test.slice(0, 2)).toEqual(['CMD', 'temporal']);
});
