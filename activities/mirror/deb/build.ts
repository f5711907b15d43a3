// SPDX-License-Identifier: Apache-2.0
// Has aptly make snapshots of exactly the plan, from the archive that the run pinned; then stores the manifest of the kind.
import { writeFile, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestOf } from '../../../workflows/contracts/mirror/deb/plan.ts';
import {
  packageKey,
  type DebManifest,
  type DebPins,
  type DebPlan,
} from '../../../workflows/contracts/mirror/deb/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { DebArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import { Failure } from '../../clients/failure.ts';
import type { StepScope } from '../../step-scope.ts';
import { runScript, settled, snapshotPackages, type AptlySite } from './aptly.ts';
import { keyringPath } from './pins.ts';
import { layOut } from './pinned-archive.ts';
import buildSnapshot from '../scripts/build-snapshot.sh';
import { isMarked, readMarked, runFolder, storeMarked, storeOf } from '../site.ts';

export async function builtDifferences(
  site: AptlySite,
  args: DebArgs,
  scope: StepScope,
): Promise<Difference[]> {
  await settled(site, scope);
  const differences: Difference[] = [];
  for (const { snapshot, packages } of (await wantedManifest(site, args, scope)).suites) {
    const have = await snapshotPackages(site, snapshot);
    const want = packages.map(packageKey).sort();
    if (have === null) differences.push({ what: `snapshot ${snapshot}`, have: 'none', want: 'made' });
    else if (have.join('\n') !== want.join('\n'))
      differences.push({
        what: `packages of snapshot ${snapshot}`,
        have: `${have.length} others`,
        want: `the ${want.length} of the plan`,
      });
  }
  if (differences.length > 0 || (await isMarked(site, scope.context, 'deb.manifest'))) return differences;
  return [{ what: 'manifest of Debian archives', have: 'none of this run', want: 'stored' }];
}

export async function buildSnapshots(site: AptlySite, args: DebArgs, scope: StepScope): Promise<string> {
  const { context } = scope;
  const pins = await readMarked<DebPins>(site, context, 'deb.pins');
  const plan = await readMarked<DebPlan>(site, context, 'deb.plan');
  const manifest = await wantedManifest(site, args, scope);
  const folder = join(runFolder(site, context), 'deb');
  await layOut(storeOf(site), folder, pins, plan);
  await mkdir(join(folder, 'lists'), { recursive: true });
  for (const { source, suite, snapshot, packages, architectures } of manifest.suites) {
    const component = args.sources.find(({ name }) => name === source)?.components[0] ?? 'main';
    const list = `deb/lists/${snapshot}`;
    await writeFile(
      join(runFolder(site, context), list),
      packages.map((each) => `${packageKey(each)}\n`).join(''),
    );
    await refuseOtherSnapshot(site, snapshot, packages.map(packageKey));
    await runScript(site, scope, snapshot, [
      buildSnapshot,
      snapshot,
      `http://127.0.0.1:${site.pinnedPort}/${context.nonce}/deb/${source}`,
      suite,
      component,
      architectures.join(','),
      keyringPath(site, source),
      join(site.inside, sitePaths.runs, context.nonce, list),
    ]);
  }
  const digest = await storeMarked(site, context, 'deb.manifest', manifest);
  return `manifest ${digest.slice(0, 16)}`;
}

/** Its name says what it holds: one that holds something else was made by somebody else. */
async function refuseOtherSnapshot(
  site: AptlySite,
  snapshot: string,
  wanted: readonly string[],
): Promise<void> {
  const have = await snapshotPackages(site, snapshot);
  if (have === null || have.join('\n') === [...wanted].sort().join('\n')) return;
  throw new Failure('Conflict', `The snapshot ${snapshot} of aptly holds other packages than its name says`, {
    on: site.host.name,
    hint: `Remove it in the box of the mirror: aptly -config=${site.configuration} snapshot drop -force ${snapshot}`,
  });
}

async function wantedManifest(
  site: AptlySite,
  { sources }: DebArgs,
  { context }: StepScope,
): Promise<DebManifest> {
  const pins = await readMarked<DebPins>(site, context, 'deb.pins');
  const plan = await readMarked<DebPlan>(site, context, 'deb.plan');
  return manifestOf(sources, pins, plan, (text) => sha256(Buffer.from(text)));
}
