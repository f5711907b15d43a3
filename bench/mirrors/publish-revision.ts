// SPDX-License-Identifier: Apache-2.0
// Publishes a revision, as a worker does; the benchmark kills it. Arguments: file of a PublishOrder.
import { readFile } from 'node:fs/promises';
import type { AptlySite } from '../../activities/mirror/deb/aptly.ts';
import { publishLive } from '../../activities/mirror/publish.ts';
import { labSite } from '../../test/mirror/mirror-lab.ts';
import { stepScopeOf } from '../../test/mirror/step-scope.ts';

export interface PublishOrder {
  readonly folder: string;
  readonly programs: readonly string[];
  readonly ports: Pick<AptlySite, 'webPort' | 'pinnedPort'>;
  readonly run: string;
  /** Of the step: each publication is one of its own. */
  readonly occurrence: number;
}

const { folder, programs, ports, run, occurrence } = JSON.parse(
  await readFile(process.argv[2] ?? '', 'utf8'),
) as PublishOrder;
const site = labSite(folder, 'lab', programs, ports);
const scope = stepScopeOf({ step: 'published', run, occurrence, epoch: 1 });
await publishLive(site, scope, { isHeld: false, now: new Date() });
