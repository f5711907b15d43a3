// SPDX-License-Identifier: Apache-2.0
// Stops a service's programs for a migration, brings back those that ran, and sees whether they run the code that is installed.
import type { CodeArgs, MigrationsPort, ProgramsStandArgs } from '../../workflows/ports/migrations.ts';
import { schemaDifferences } from '../clients/postgres/alembic.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../row-scope.ts';

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
      await host.output(scriptOf(stopScript, 'stopping programs', args, active), { timeoutSeconds: 180 });
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
      const argv = scriptOf(startScript, 'starting programs', args, []);
      await inside(args.box).output(argv, { timeoutSeconds: 180 });
      return undefined;
    }),
    observeCode: observing(async (args) => {
      const host = inside(args.box);
      const argv = ['sh', '-c', codeScript, 'looking at programs', args.code, ...args.units];
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

/** The record comes first and grows only: a run that dies between two stops loses none. */
const stopScript = String.raw`
set -eu
record=$1; shift
[ "$#" -gt 0 ] || exit 0
mkdir -p "$(dirname "$record")"
{ cat "$record" 2> /dev/null || :; printf '%s\n' "$@"; } | sort -u > "$record.new"
sync "$record.new"
mv "$record.new" "$record"
systemctl stop "$@"
`;

/** The record goes last, once all of them run. */
const startScript = String.raw`
set -eu
record=$1
[ -e "$record" ] || exit 0
systemctl start $(cat "$record")
systemctl is-active --quiet $(cat "$record")
rm "$record"
`;

/** Prints the active units that began before the package's files came. */
const codeScript = String.raw`
set -eu
code=$1; shift
installed=$(stat --format=%Y "/var/lib/dpkg/info/$code.list" 2> /dev/null || echo 0)
for unit in "$@"; do
  [ "$(systemctl is-active "$unit" || :)" = active ] || continue
  began=$(systemctl show --property=ActiveEnterTimestamp --value --timestamp=unix "$unit")
  [ "$(printf %s "$began" | tr -d @)" -ge "$installed" ] || echo "$unit"
done
`;
