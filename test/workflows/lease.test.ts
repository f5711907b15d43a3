// SPDX-License-Identifier: Apache-2.0
// The engine and its lease in plain tests: refused, damaged, lost, not given back. No server.
import { describe, expect, test } from 'vitest';
import type { CompiledTable } from '../../workflows/contracts/table.ts';
import { TableRun } from '../../workflows/engine/run-table.ts';
import { failure, FakeWorld, tableOf } from './fake-world.ts';

const start = (world: FakeWorld, table: CompiledTable) => {
  const run = new TableRun(table, world, 'nonce');
  return { run, end: run.run() };
};

describe('TableRun and its lease', () => {
  test('run() fails as Conflict and touches nothing when the lease is held', async () => {
    const world = new FakeWorld();
    world.leaseHolder = 'install-box/other';
    const progress = await start(world, tableOf({ a: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: { code: 'Conflict' } });
    expect(progress.failure?.message).toContain('install-box/other');
    expect(world.ids).toEqual(['lease/take/1']);
  });

  test('run() ends with the cause when the lease cannot be taken', async () => {
    const world = new FakeWorld();
    world.leaseFailure = failure('Rejected', { message: 'The lease of world is damaged' });
    const progress = await start(world, tableOf({ a: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: world.leaseFailure });
    expect(world.ids).toEqual(['lease/take/1']);
  });

  test('run() begins nothing more, stops no command and takes no lease again when its lease is lost', async () => {
    const world = new FakeWorld();
    const lost = failure('Conflict', { message: 'The lease of world was lost' });
    world.hooks.set('b/apply', () => world.loseLease(lost));
    const progress = await start(world, tableOf({ a: {}, b: {}, c: {} })).end;
    expect(progress).toMatchObject({ phase: 'failed', failure: lost });
    expect(progress.rows.map((row) => row.status)).toEqual(['changed', 'stopped', 'pending']);
    expect(world.ids.filter((id) => /^(lease|c)\/|\/stop\//.test(id))).toEqual([
      'lease/take/1',
      'lease/keep/1',
    ]);
  });

  test('run() takes the lease again when an earlier release says that it was lost, without a cause', async () => {
    const world = new FakeWorld();
    world.hooks.set('b/apply', () => world.loseLease());
    const progress = await start(world, tableOf({ a: {}, b: {}, c: {} })).end;
    expect(progress.phase).toBe('done');
    expect(world.ids).toContain('lease/take/2');
  });
});
