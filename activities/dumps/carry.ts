// SPDX-License-Identifier: Apache-2.0
// Takes the databases of a box along to another release: dumped by the old PostgreSQL, put back into the new one.
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { DumpsPort } from '../../workflows/ports/dumps.ts';
import { recordedImage, suiteOf } from '../hosts/box-image.ts';
import { boxDirectory } from '../hosts/places.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import { applying, observing, settleLiveJobs } from '../step-scope.ts';
import { intactDifferences, restoreDatabases, unitsInState, unrestored } from './restore.ts';
import { takeDump } from './take.ts';

type CarryPort = Pick<DumpsPort, 'observeCarried' | 'carryDatabases' | 'observeBrought' | 'bringDatabases'>;

/** Holds the id of the dump while a box is between two releases; outlives the run that took it. */
const recordOf = (box: string): string => join(boxDirectory(box), 'carried');

async function carriedDump(box: string): Promise<string | null> {
  const text = await readFile(recordOf(box), 'utf8').catch(() => '');
  return text.trim() === '' ? null : text.trim();
}

const restoreMarker = (dump: string): string => `holdfast carried ${dump}`;

export function carryActivities({ inside, stateDirectory }: Clients): CarryPort {
  return {
    observeCarried: observing(async ({ box, suite, units }, scope) => {
      const image = await recordedImage(box);
      // The databases of the release before cannot be asked any more.
      if (image !== null && (await suiteOf(image)) === suite) return [];
      const host = inside(box);
      await settleLiveJobs(host, scope, scope.key);
      const active = await unitsInState(host, units, 'active');
      if (active.length > 0)
        return active.map((unit) => ({ what: `unit ${unit}`, have: 'active', want: 'stopped' }));
      const isTaken = (await carriedDump(box)) === scope.context.nonce;
      return isTaken ? [] : [{ what: `dump of ${box}`, have: 'none of this run', want: 'taken' }];
    }),
    carryDatabases: applying(async (args, scope) => {
      const host = inside(args.box);
      await host.output(['systemctl', 'stop', ...args.units], { timeoutSeconds: 120 });
      const told = await takeDump(host, { ...args, isTried: true }, scope, stateDirectory);
      await writeFileAtomically(recordOf(args.box), `${scope.context.nonce}\n`, 0o600);
      return told;
    }),
    observeBrought: observing(async (args, scope) => {
      const dump = await carriedDump(args.box);
      if (dump === null) return [];
      const host = inside(args.box);
      await settleLiveJobs(host, scope, scope.key);
      const left = await unrestored(host, args, restoreMarker(dump));
      const what = left.map((database) => `database ${database}`);
      // Also when all are there: the record is to go.
      return (what.length > 0 ? what : ['record of the way']).map((each) => ({
        what: each,
        have: 'as it was',
        want: `of dump ${dump}`,
      }));
    }),
    bringDatabases: applying(async (args, scope) => {
      const dump = await carriedDump(args.box);
      if (dump === null) return undefined;
      const wanted = { ...args, dump };
      const [fault] = await intactDifferences(stateDirectory, wanted);
      if (fault !== undefined) {
        const facts = { on: args.box, cause: `${fault.have}, not ${fault.want}` };
        throw new Failure('Rejected', `The ${fault.what} is not whole`, facts);
      }
      await restoreDatabases(inside(args.box), wanted, scope, stateDirectory, restoreMarker(dump));
      await rm(recordOf(args.box));
      return `of dump ${dump}`;
    }),
  };
}
