// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { recordBirth, recordedMigrations } from '../../activities/clients/postgres/alembic.ts';
import { Host } from '../../activities/hosts/host.ts';
import type { Transport } from '../../activities/hosts/transport.ts';

/** A PostgreSQL that keeps one comment: that of the schema. */
function postgres(): Host {
  let comment = 'standard public schema';
  const transport: Transport = {
    name: 'box lab',
    run: (_argv, { stdin = '' } = {}) => {
      const [, said] = /^COMMENT ON SCHEMA public IS '(.*)';\n$/.exec(stdin) ?? [];
      if (said !== undefined) comment = said;
      return Promise.resolve({ exitCode: 0, stdout: said === undefined ? `${comment}\n` : '', stderr: '' });
    },
  };
  return new Host(transport, '/none', '/none');
}

describe('recordBirth()', () => {
  it('is what recordedMigrations() finds in a database whose migrations never ran', async () => {
    const host = postgres();
    expect(await recordedMigrations(host, 'nova_cell1')).toBeNull();
    await recordBirth(host, 'nova_cell1', 'debian-13');
    expect(await recordedMigrations(host, 'nova_cell1')).toBe('debian-13');
  });
});
