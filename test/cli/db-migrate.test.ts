// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { holdfast, labFiles } from './doubles/samples.ts';

const args = (...words: string[]) => ({ args: ['db', 'migrate', ...words, '--detach'], files: labFiles });

describe('db migrate', () => {
  it.each([
    [['cinder', 'lab'], 'MigrateDatabase', 'migrate-database/lab/cinder', { service: 'cinder' }],
    [['heat', 'lab', '--plan'], 'DatabaseStatus', 'database-status/lab/heat', { service: 'heat' }],
    [['nova', 'lab'], 'MigrateNova', 'migrate-nova/lab', {}],
    [['nova', 'lab', '--plan'], 'NovaStatus', 'nova-status/lab', {}],
  ])('of %j starts %s', async (words, type, id, more) => {
    const { client, exitCode } = await holdfast(args(...words), {});
    expect(exitCode).toBe(8);
    expect(client.started).toMatchObject([{ type, id, input: { name: 'lab', takeOver: false, ...more } }]);
  });

  it.each([
    [['manila', 'lab'], 'There is no driver of "manila"', 'drivers: keystone, glance,'],
    [['lab', 'cinder'], 'There is no driver of "lab"', 'next: holdfast db migrate cinder lab'],
    [['cinder', 'other'], 'There is no box other', 'boxes recorded: lab'],
    [['cinder', '../lab'], 'is no name of a box', ''],
  ])('of %j starts nothing and tells what there is', async (words, message, more) => {
    const { client, stderr, exitCode } = await holdfast(args(...words), {});
    expect([exitCode, client.started]).toEqual([2, []]);
    expect(stderr).toContain(message);
    expect(stderr).toContain(more);
  });
});
