// SPDX-License-Identifier: Apache-2.0
import { Ajv } from 'ajv';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { readFile } from '../boundary/source-files.ts';
import { publicInterface } from './public-interface.ts';
import {
  boundsOf,
  editorSchema,
  keysOf,
  specReference,
  specSchema,
  type KeySchema,
} from './spec-documents.ts';

const keys = keysOf(specSchema());
const example = parse(readFile('examples/local-box.yaml').text) as Record<string, unknown>;

/** zod checks what a URL is; the format is not ajv's own. */
const validate = new Ajv({ allErrors: true, formats: { uri: true } }).compile(
  JSON.parse(editorSchema()) as object,
);
const faultsOf = (spec: unknown): string[] =>
  validate(spec)
    ? []
    : (validate.errors ?? []).map(({ instancePath, message }) => `${instancePath} ${message ?? ''}`);

/** The example with one key changed. */
const withKey = (path: string, value: unknown): unknown => ({ ...example, [path]: value });

describe('documents of a spec', () => {
  it('docs/spec.md is the reference when the schema changes', () => {
    expect(readFile('docs/spec.md').text, 'npm run docs writes it anew').toBe(specReference());
  });

  it('docs/box.schema.json is the schema for editors when the schema changes', () => {
    expect(readFile('docs/box.schema.json').text, 'npm run docs writes it anew').toBe(editorSchema());
  });

  it('every key says what it does when it is in the schema', () => {
    expect(keys.filter(({ schema }) => schema.description === undefined).map(({ path }) => path)).toEqual([]);
  });

  it('every key says its bounds in words when a pattern or format checks it', () => {
    const isBounded = ({ pattern, ...schema }: KeySchema & { readonly format?: string }): boolean =>
      (pattern === undefined && schema.format === undefined) || boundsOf(schema).length > 0;
    expect(keys.filter(({ schema }) => !isBounded(schema)).map(({ path }) => path)).toEqual([]);
  });

  it('every optional key says its default when it is absent', () => {
    const silent = keys.filter(
      ({ schema, isRequired }) => !isRequired && schema.default === undefined && schema.absent === undefined,
    );
    expect(silent.map(({ path }) => path)).toEqual([]);
  });

  it.each(
    keys.flatMap(({ path, schema: { examples = [] } }) => examples.map((each) => [path, each] as const)),
  )('the example of %s is accepted by both schemas when it stands in a spec', (path, value) => {
    const spec = withKey(path, value);
    expect(parseBoxSpec(spec)).toMatchObject({ ok: true });
    expect(faultsOf(spec)).toEqual([]);
  });
});

describe('docs/box.schema.json', () => {
  it('box.schema.json accepts examples/local-box.yaml, which names it', () => {
    expect(faultsOf(example)).toEqual([]);
    const [first] = readFile('examples/local-box.yaml').lines;
    expect(first).toBe('# yaml-language-server: $schema=../docs/box.schema.json');
  });

  it('box.schema.json accepts what parseBoxSpec() made of a spec', () => {
    const parsed = parseBoxSpec(example);
    expect(parsed.ok && faultsOf(parsed.value)).toEqual([]);
  });

  it.each<[string, unknown]>([
    ['colour', 'red'],
    ['name', 'Lab'],
    ['release', 'debian-11'],
    ['services', ['identity', 'dns']],
    ['networks', { management: { cidr: '10.77.1.0', address: '10.77.1.2', gateway: '10.77.1.1' } }],
    ['certificates', { lifetimeDays: 1 }],
    ['dumps', { keep: 1.5 }],
    ['overrides', { novae: { DEFAULT: { debug: true } } }],
    ['overrides', { nova: { DEFAULT: { debug: 'two\nlines' } } }],
    ['schedules', { driftEvery: '1 hour' }],
    ['seeds', { test: { quotas: { compute: { servers: 3 } } } }],
  ])('box.schema.json refuses %s as parseBoxSpec() does when it is %j', (path, value) => {
    const spec = withKey(path, value);
    expect(parseBoxSpec(spec).ok).toBe(false);
    expect(faultsOf(spec)).not.toEqual([]);
  });
});

it('public-interface.md says what users of openstack-client-ts see', () => {
  const { text } = readFile('openstack-client-ts/public-interface.md');
  expect(text, 'npm run docs writes it anew').toBe(publicInterface());
});
