// SPDX-License-Identifier: Apache-2.0
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { recordedSpec, specPath } from '../../../activities/clients/state/recorded-specs.ts';
import { Failure } from '../../../activities/clients/failure.ts';
import {
  parseObject,
  readDerived,
  readRecord,
  type RecordKind,
} from '../../../activities/clients/state/records.ts';
import { dumpsOf } from '../../../activities/dumps/dump-folder.ts';

let directory: string;
let path: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'holdfast-records-'));
  path = join(directory, 'record.json');
});
afterEach(() => rm(directory, { recursive: true, force: true }));

const kind: RecordKind<number> = {
  what: 'record of a test',
  next: 'try again',
  parse: (text) => {
    const { count } = parseObject(text);
    if (typeof count !== 'number') throw new Error('its count is not a number');
    return count;
  },
};

async function failureOf(reading: Promise<unknown>): Promise<Failure> {
  const error = await reading.catch((thrown: unknown) => thrown);
  if (!(error instanceof Failure)) throw new Error(`It was not refused: ${String(error)}`);
  return error;
}

/** Runs the command in front of the first semicolon, as a person would. */
async function followHint({ facts }: Failure): Promise<void> {
  const command = (facts.hint ?? '').split(';')[0] ?? '';
  await execa('sh', ['-c', command]);
}

describe('readRecord()', () => {
  it('readRecord() is null only when there is no such file', async () => {
    expect(await readRecord(path, kind)).toBeNull();
    await writeFile(path, '{"count":3}');
    expect(await readRecord(path, kind)).toBe(3);
  });

  it.each([
    ['', 'Unexpected end of JSON input'],
    ['{"count":', 'JSON'],
    ['null', 'not a JSON object'],
    ['[]', 'not a JSON object'],
    ['{"count":"3"}', 'its count is not a number'],
  ])('readRecord() refuses %j as damaged, and its hint works', async (text, cause) => {
    await writeFile(path, text);
    const failure = await failureOf(readRecord(path, kind));
    expect(failure.toStepFailure()).toMatchObject({
      code: 'Rejected',
      on: path,
      message: 'The record of a test is damaged',
      cause: expect.stringContaining(cause) as string,
    });
    await followHint(failure);
    expect(await readFile(`${path}.damaged`, 'utf8')).toBe(text);
    expect(await readRecord(path, kind)).toBeNull();
  });

  it('readRecord() says that a record cannot be read when a folder has its name', async () => {
    await mkdir(path);
    const failure = await failureOf(readRecord(path, kind));
    expect(failure.message).toBe('The record of a test cannot be read');
    expect(failure.toStepFailure().cause).toContain('EISDIR');
  });
});

describe('readDerived()', () => {
  it('readDerived() tells absent from damaged', async () => {
    expect(await readDerived(path, kind.parse)).toBeNull();
    await writeFile(path, '{');
    expect(await readDerived(path, kind.parse)).toBe('damaged');
  });
});

describe('records of a state directory', () => {
  it('recordedSpec() refuses a spec that was cut off, with its path, and is null once it was moved aside', async () => {
    const file = specPath(directory, 'lab');
    await mkdir(join(directory, 'boxes', 'lab'), { recursive: true });
    await writeFile(file, '{"apiVersion":"holdfast/v1","kind":"Box"');
    const failure = await failureOf(recordedSpec(directory, 'lab'));
    expect(failure.facts.on).toBe(file);
    expect(failure.facts.hint).toContain('holdfast box install FILE');
    await followHint(failure);
    expect(await recordedSpec(directory, 'lab')).toBeNull();
  });

  it('recordedSpec() names the key when the text is JSON and not a spec', async () => {
    await mkdir(join(directory, 'boxes', 'lab'), { recursive: true });
    await writeFile(specPath(directory, 'lab'), '{"apiVersion":"holdfast/v1","kind":"Box"}');
    expect((await failureOf(recordedSpec(directory, 'lab'))).toStepFailure().cause).toContain('name:');
  });

  it('dumpsOf() lists no dump whose manifest is absent or damaged', async () => {
    const folder = join(directory, 'dumps', 'lab');
    for (const id of ['whole', 'cut', 'none']) await mkdir(join(folder, id), { recursive: true });
    const manifest = { id: 'whole', box: 'lab', takenAt: '2026-01-01T00:00:00Z', databases: [] };
    await writeFile(join(folder, 'whole', 'manifest.json'), JSON.stringify(manifest));
    await writeFile(join(folder, 'cut', 'manifest.json'), '{"id":"cut"');
    expect((await dumpsOf(directory, 'lab')).map(({ id }) => id)).toEqual(['whole']);
    expect(await dumpsOf(directory, 'other')).toEqual([]);
  });
});
