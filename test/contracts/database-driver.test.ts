// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { profiles } from '../../profiles/index.ts';
import { cinderSchemaCodes, onlineCodes, schemaCodes, shoutingCodes } from '../../profiles/exit-codes.ts';
import type { BoxSpec } from '../../workflows/contracts/box/box-spec.ts';
import { databasesLeft } from '../../workflows/contracts/box/standing-box.ts';
import {
  exitKind,
  type ExitCodes,
  type ExitKind,
} from '../../workflows/contracts/database/database-driver.ts';
import { iniValue } from '../../workflows/contracts/box/ini-value.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { parseMigrateDatabase } from '../../workflows/contracts/box/inputs.schema.ts';

describe('exitKind()', () => {
  it.each<[string, ExitCodes, Readonly<Record<number, ExitKind>>]>([
    ['a schema', schemaCodes, { 0: 'ended', 1: 'erred', 2: 'misused', 137: 'broken', 255: 'broken' }],
    ["Cinder's schema", cinderSchemaCodes, { 0: 'ended', 1: 'erred', 2: 'erred', 143: 'broken' }],
    ['a tool that ends with 255', shoutingCodes, { 0: 'ended', 1: 'erred', 2: 'misused', 255: 'erred' }],
    ['batches', onlineCodes, { 0: 'ended', 1: 'worked', 2: 'erred', 127: 'misused', 255: 'broken' }],
  ])('exitKind() tells what each code says when the command is of %s', (_, codes, kinds) => {
    const told = Object.keys(kinds).map((code) => [code, exitKind(codes, Number(code))]);
    expect(Object.fromEntries(told)).toEqual(kinds);
  });
});

describe('iniValue()', () => {
  const text = `[DEFAULT]
connection = of another section
[database]
#connection = a comment
connection = sqlite:////var/lib/heat
max_retries: 3
[storage:sqlalchemy]
connection=postgresql://d@h/designate?sslmode=verify-full
[database]
connection = postgresql+psycopg2://heat@127.0.0.1/heat
`;
  it.each([
    ['database', 'connection', 'postgresql+psycopg2://heat@127.0.0.1/heat'],
    ['database', 'max_retries', '3'],
    ['storage:sqlalchemy', 'connection', 'postgresql://d@h/designate?sslmode=verify-full'],
    ['database', 'absent', null],
    ['nowhere', 'connection', null],
  ])('iniValue() of [%s] %s is %s', (section, key, value) => {
    expect(iniValue(text, section, key)).toBe(value);
  });
});

describe('parseMigrateDatabase()', () => {
  it('parseMigrateDatabase() refuses a service without a driver', () => {
    expect(parseMigrateDatabase({ name: 'lab', service: 'heat' })).toEqual({
      ok: true,
      value: { name: 'lab', service: 'heat', takeOver: false },
    });
    expect(parseMigrateDatabase({ name: 'lab', service: 'manila' }).ok).toBe(false);
  });
});

describe('packages of a spec', () => {
  const management = { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' };
  const spec = { apiVersion: 'holdfast/v1', kind: 'Box', name: 'lab', networks: { management } };
  const parsed = (packages: unknown) => parseBoxSpec({ ...spec, packages });

  it('parseBoxSpec() keeps them when they are names, and adds none when there are none', () => {
    expect(parsed(['cinder-common', 'libstdc++6'])).toMatchObject({
      ok: true,
      value: { packages: ['cinder-common', 'libstdc++6'] },
    });
    const none = parseBoxSpec(spec);
    expect(none.ok && 'packages' in none.value).toBe(false);
  });

  it.each([['--include=x'], ['a,b'], ['Heat'], ['x y'], ['$(id)'], ['heat', 'heat'], ['a']])(
    'parseBoxSpec() refuses %j',
    (...packages) => {
      expect(parsed(packages).ok).toBe(false);
    },
  );
});

describe('databasesLeft()', () => {
  it('databasesLeft() names each database that an upgrade would leave behind, and none without such packages', () => {
    const spec = (packages: readonly string[]) => ({ name: 'lab', packages }) as unknown as BoxSpec;
    const { drivers } = profiles['debian-13'];
    expect(databasesLeft(spec(['tcpdump']), drivers)).toEqual([]);
    expect(databasesLeft(spec(['tcpdump', 'heat-engine']), drivers)).toEqual([
      { path: 'packages', message: 'Box lab has Heat: no upgrade takes its database heat along' },
    ]);
  });
});
