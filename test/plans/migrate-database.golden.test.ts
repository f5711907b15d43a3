// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { digest } from '../../activities/operation/builds/build.ts';
import { profiles } from '../../profiles/index.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import type { BoxSpec, ReleaseName } from '../../workflows/contracts/box/box-spec.ts';
import {
  databaseServices,
  schemasOf,
  type DatabaseService,
} from '../../workflows/contracts/database/database-driver.ts';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';
import {
  databaseStatusSteps,
  migrateDatabaseSteps,
} from '../../workflows/operations/migrate-database/steps.ts';
import { expectGolden, goldenText } from './golden.ts';

function specOf(release: ReleaseName): BoxSpec {
  const management = { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' };
  const named = { apiVersion: 'holdfast/v1', kind: 'Box', name: 'lab', release };
  const parsed = parseBoxSpec({ ...named, networks: { management } });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}
const factsOf = (release: ReleaseName) => ({
  profile: profiles[release],
  processors: 2,
  digest,
  sources: { text: '', releases: [], aptOptions: [] },
});
const stepsOf = (service: DatabaseService, release: ReleaseName = 'debian-13'): CompiledStep[] =>
  migrateDatabaseSteps(specOf(release), service, factsOf(release));
const idsOf = (steps: readonly CompiledStep[]): string[] =>
  steps.map(({ id, gate }) => (gate === undefined ? id : `${id}!`));

/** A `!` stands behind a step that asks. */
const tables: Readonly<Record<Exclude<DatabaseService, 'nova'>, string>> = {
  keystone: 'tool dump expand rollout contract! verify record',
  glance: 'tool dump stopped! schema started verify record',
  placement: 'tool dump schema rollout online verify record',
  neutron: 'tool dump expand rollout stopped! contract started verify record',
  cinder: 'tool dump repair.use-quota schema rollout online verify record',
  octavia: 'tool dump verify record',
  designate: 'tool dump stopped! schema started verify record',
  barbican: 'tool dump stopped! schema started verify record',
  heat: 'tool dump stopped! schema started verify record',
};

describe('migrateDatabaseSteps()', () => {
  it.each(Object.entries(tables) as [DatabaseService, string][])(
    'migrateDatabaseSteps() has these steps when the service is %s',
    (service, ids) => {
      expect(idsOf(stepsOf(service)).join(' ')).toBe(ids);
      expect(idsOf(databaseStatusSteps(specOf('debian-13'), service, factsOf('debian-13'))).join(' ')).toBe(
        ids.replace(/ (dump|verify)/g, ''),
      );
    },
  );

  it.each(['cinder', 'neutron'] as const)(
    'migrateDatabaseSteps() builds the table of the file when the service is %s',
    (service) => {
      expectGolden(`migrate-database.${service}.golden`, goldenText(stepsOf(service)));
    },
  );

  it('migrateDatabaseSteps() ends a run before its first change when its tool cannot migrate', () => {
    // Nova's cells have a table of their own.
    for (const service of databaseServices.filter((each) => each !== 'nova')) {
      const [tool, next] = stepsOf(service);
      expect([tool?.apply, tool?.onFailure, next?.after]).toEqual([null, 'fail', ['tool']]);
    }
  });

  it.each(['debian-13', 'debian-12'] as const)(
    'migrateDatabaseSteps() looks at schemas as an install does when both know the service, on %s',
    (release) => {
      const installed = installBoxSteps(specOf(release), factsOf(release));
      for (const service of ['glance', 'placement'] as const) {
        const own = stepsOf(service, release).find(({ id }) => id === 'schema');
        const other = installed.find(({ id }) => id === `${service}.schema`);
        expect([own?.observe, own?.apply, own?.exclusive]).toEqual([
          other?.observe,
          other?.apply,
          other?.exclusive,
        ]);
      }
    },
  );
});

describe('drivers', () => {
  it.each(Object.entries(profiles))('%s: phases end at the heads of the whole command', (_, { drivers }) => {
    const phased = Object.values(drivers).filter(({ phases }) => phases !== undefined);
    expect(phased.length).toBe(2);
    for (const driver of phased) {
      const parts = [driver.phases?.expand, driver.phases?.contract];
      const heads = parts.flatMap((part) => part?.databases.flatMap((each) => each.heads) ?? []);
      expect(heads.sort()).toEqual(
        schemasOf(driver)
          .flatMap((each) => [...each.heads])
          .sort(),
      );
      const isPart = parts.flatMap((part) => part?.databases.map((each) => each.isPart));
      expect(isPart).toEqual([true, true]);
    }
  });

  it.each(Object.entries(profiles))(
    '%s: every online migration is bounded and spells its flag as the tool does',
    (_, { drivers }) => {
      const online = Object.values(drivers).flatMap((driver) => driver.online ?? []);
      expect(online.length).toBeGreaterThan(1);
      for (const { argv, batchFlag, batchesMax } of online) {
        expect(batchFlag).toBe(argv[0] === 'cinder-manage' ? '--max_count' : '--max-count');
        expect(batchesMax).toBeLessThanOrEqual(10_000);
      }
    },
  );

  it.each(Object.entries(profiles))('%s: only what is refused has no schema', (_, { drivers }) => {
    for (const { schemas, refused } of Object.values(drivers)) {
      expect(Object.keys(schemas).length === 0).toBe(refused.some(({ all }) => all === true));
    }
  });
});
