// SPDX-License-Identifier: Apache-2.0
// Stops a service's programs for a migration, brings back those that ran, and sees whether they run the code that is installed.
import type { CodeArgs, MigrationsPort, ProgramsStandArgs } from '../../workflows/ports/cloud/migrations.ts';
import { schemaDifferences } from '../clients/postgres/alembic.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';
import oldPrograms from './old-programs.sh';
import startPrograms from './start-programs.sh';
import stopPrograms from './stop-programs.sh';

type ProgramsPort = Pick<
  MigrationsPort,
  'observeProgramsStopped' | 'stopPrograms' | 'observeProgramsStarted' | 'startPrograms' | 'observeCode'
>;

/** Of the units that a migration stopped, a line each; it outlives the run, so that the next one brings them back. */
const recordOf = (service: string): string => `/var/lib/holdfast/stopped-for-${service}`;

export function programStandActivities({ inside }: Clients): ProgramsPort {
  return {
    observeProgramsStopped: observing(async (args) => {
      const host = inside(args.box);
      const pending = await Promise.all(args.databases.map((each) => schemaDifferences(host, each)));
      if (pending.flat().length === 0) return [];
      const active = await activeUnits(host, args.units);
      return active.map((unit) => ({ what: `unit ${unit}`, have: 'active', want: 'stopped' }));
    }),
    stopPrograms: applying(async (args) => {
      const host = inside(args.box);
      const active = await activeUnits(host, args.units);
      await host.output(scriptOf(stopPrograms, 'stopping programs', args, active), { timeoutSeconds: 180 });
      return active.join(' ');
    }),
    observeProgramsStarted: observing(async ({ box, service }) => {
      const [record] = await inside(box).readFiles([recordOf(service)]);
      const units = (record?.content ?? '').split('\n').filter(Boolean);
      return units.map((unit) => ({
        what: `unit ${unit}`,
        have: 'stopped for the migration',
        want: 'active',
      }));
    }),
    startPrograms: applying(async (args) => {
      const argv = scriptOf(startPrograms, 'starting programs', args, []);
      await inside(args.box).output(argv, { timeoutSeconds: 180 });
      return undefined;
    }),
    observeCode: observing(async (args) => {
      const host = inside(args.box);
      const argv = ['sh', '-c', oldPrograms, 'looking at programs', args.code, ...args.units];
      const old = (await host.output(argv)).split('\n').filter(Boolean);
      return old.map((unit) => ({
        what: `unit ${unit}`,
        have: `began before ${args.code} was installed`,
        want: 'restarted since',
      }));
    }),
  };
}

function scriptOf(
  script: string,
  what: string,
  { service }: ProgramsStandArgs,
  units: readonly string[],
): string[] {
  return ['sh', '-c', script, what, recordOf(service), ...units];
}

async function activeUnits(host: Host, units: CodeArgs['units']): Promise<string[]> {
  const { stdout } = await host.run(['systemctl', 'is-active', ...units]);
  const states = stdout.split('\n');
  return units.filter((_, index) => states[index]?.trim() === 'active');
}
