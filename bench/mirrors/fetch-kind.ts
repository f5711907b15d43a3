// SPDX-License-Identifier: Apache-2.0
// Fetches what a run pinned of one kind, as a worker does; the benchmark kills it. Prints a FetchEnd.
// Arguments: file of a FetchOrder.
import { readFile } from 'node:fs/promises';
import { Host } from '../../activities/hosts/host.ts';
import { thisMachine } from '../../activities/hosts/transport.ts';
import type { AptlySite } from '../../activities/mirror/deb/aptly.ts';
import { stepScopeOf } from '../../test/mirror/step-scope.ts';
import { fetches, pins, type Kind, type LabArgs } from './lab-site.ts';

export interface FetchOrder {
  readonly kind: Kind;
  /** Folder of the site. */
  readonly data: string;
  readonly args: LabArgs;
  readonly run: string;
  /** Whether it asks the upstream first what there is. */
  readonly isWhole: boolean;
}

export interface FetchEnd {
  readonly seconds: number;
  /** Most of its process. */
  readonly memoryBytes: number;
}

const { kind, data, args, run, isWhole } = JSON.parse(
  await readFile(process.argv[2] ?? '', 'utf8'),
) as FetchOrder;
const host = new Host(thisMachine, data, data);
const site: AptlySite = {
  box: 'lab',
  host,
  data,
  inside: data,
  configuration: '',
  webPort: 0,
  pinnedPort: 0,
};
const scope = (step: string) => stepScopeOf({ step, run });
const began = performance.now();
if (isWhole) await pins[kind](site, args, scope);
await fetches[kind](site, args, scope);
const end: FetchEnd = {
  seconds: (performance.now() - began) / 1000,
  memoryBytes: 1024 * process.resourceUsage().maxRSS,
};
console.log(JSON.stringify(end));
