// SPDX-License-Identifier: Apache-2.0
// A report shows the spec of its run and what is not as in the run before, and no secret of either.
import { describe, expect, it } from 'vitest';
import { specDifferences } from '../../../cli/report/run-spec.ts';
import { withoutSecrets } from '../../../cli/report/shown-spec.ts';
import type { RunReport } from '../../../cli/report/run-report.ts';
import { holdfast, instant, labFiles, labSpec } from '../doubles/samples.ts';

const id = 'install-box/lab';
const [first, second] = ['1'.repeat(64), '2'.repeat(64)];
const former = {
  ...labSpec,
  notify: {
    webhook: 'https://chat.example.org/hooks/sesame',
    command: ['/usr/bin/page', '--token', 'sesame'],
  },
  overrides: { nova: { DEFAULT: { transport_url: 'rabbit://nova:sesame@host', cpu_allocation_ratio: '4' } } },
};
const now = {
  ...former,
  region: 'Home',
  services: ['identity'],
  overrides: {
    nova: { DEFAULT: { transport_url: 'rabbit://nova:sesame2@host', cpu_allocation_ratio: '4' } },
  },
};
const runOf = (runId: string, seconds: number) => ({
  id,
  runId,
  type: 'InstallBox',
  status: 'completed' as const,
  startedAt: instant(seconds),
  closedAt: instant(seconds + 5),
});
const recordedAs = (digest: string, spec: object): Record<string, string> => ({
  [`/state/boxes/lab/wanted/${digest}.json`]: JSON.stringify(spec),
});
const reported = (files: Record<string, string>, args: readonly string[] = ['--json']) =>
  holdfast(
    { args: ['op', 'report', id, ...args], files: { ...labFiles, ...files } },
    {
      // The newest first, as Temporal lists them; one that began later is not the one before.
      runs: [runOf('newest', 60), runOf('older', 20), runOf('oldest', 0)],
      inputs: {
        newest: { name: 'lab', specDigest: second },
        older: { name: 'lab', specDigest: first },
        oldest: { name: 'lab', specDigest: second },
      },
      isOnlyRuns: true,
    },
  );
const specOf = ({ stdout }: { readonly stdout: string }) => (JSON.parse(stdout) as RunReport).spec;
const both = { ...recordedAs(first, former), ...recordedAs(second, now) };

describe('op report', () => {
  it('has the spec of the run, and its difference to that of the run before', async () => {
    const spec = specOf(await reported(both));
    expect(spec?.spec).toMatchObject({ name: 'lab', region: 'Home' });
    expect(spec?.before).toEqual({ runId: 'older', startedAt: instant(20) });
    const named = new Map(spec?.differences.map(({ path, before, now: is }) => [path, [before, is]]));
    expect(named.get('region')).toEqual(['"RegionOne"', '"Home"']);
    expect(named.get('services.4')).toEqual(['"compute"', null]);
    // That it is another one is told, and not what it is.
    expect(named.get('overrides.nova.DEFAULT.transport_url')).toEqual(['"(left out)"', '"(left out)"']);
    expect(named.has('notify.webhook')).toBe(false);
  });

  it('has no secret in its page nor in its JSON', async () => {
    const { io } = await reported(both, ['--folder', '/out']);
    const texts = Object.values(io.writtenFiles).join('\n');
    expect(texts).toContain('<h2>The spec</h2>');
    expect(texts).toContain('What is not as in the run of');
    expect(texts).not.toContain('sesame');
  });

  it.each([
    ['has the same spec', { ...recordedAs(second, now), ...recordedAs(first, now) }, []],
    ['has no record any more', recordedAs(second, now), null],
  ])('finds no difference where the run before %s', async (_, files, differences) => {
    const spec = specOf(await reported(files));
    expect(spec?.spec).toMatchObject({ region: 'Home' });
    if (differences === null) expect(spec?.before).toBeNull();
    else expect([spec?.before?.runId, spec?.differences]).toEqual(['older', differences]);
  });

  it('says that the record of its own spec cannot be read', async () => {
    const damaged = { ...both, [`/state/boxes/lab/wanted/${second}.json`]: '{' };
    expect(specOf(await reported(damaged))).toEqual({ spec: null, before: null, differences: [] });
    const { io } = await reported(damaged, ['--folder', '/out']);
    expect(Object.values(io.writtenFiles).join('\n')).toContain('Its record is gone or cannot be read.');
  });
});

describe('withoutSecrets()', () => {
  it('leaves out what a key or an address says is secret, and nothing else', () => {
    const shown = withoutSecrets({
      admin_password: 'x',
      ssl_key: 'x',
      key_name: 'kept',
      tokenLifetime: '1h',
      url: 'https://ada:x@example.org/path',
      list: [{ secret: 'x' }],
      webhook: 'no address',
      command: ['/bin/true'],
      count: 3,
    });
    expect(shown).toEqual({
      admin_password: '(left out)',
      ssl_key: '(left out)',
      key_name: 'kept',
      tokenLifetime: '1h',
      url: 'https://(left out)@example.org/path',
      list: [{ secret: '(left out)' }],
      webhook: '(left out)',
      command: ['/bin/true'],
      count: 3,
    });
  });

  it('is how a difference shows both sides, of a value that came or went as well', () => {
    expect(specDifferences({ a: [] }, { a: ['x'], secret: 'y' })).toEqual([
      { path: 'a.0', before: null, now: '"x"' },
      { path: 'secret', before: null, now: '"(left out)"' },
      { path: 'a', before: '[]', now: null },
    ]);
  });
});
