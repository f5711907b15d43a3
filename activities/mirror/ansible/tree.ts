// SPDX-License-Identifier: Apache-2.0
// The galaxies of a manifest as a folder that the web server of the box serves: answers, and links into the content store.
// Named after the manifest and never changed.
import { join } from 'node:path';
import { galaxyPages } from '../../../workflows/contracts/mirror/ansible/pages.ts';
import {
  artifactPath,
  artifactsOf,
  type AnsibleManifest,
} from '../../../workflows/contracts/mirror/ansible/pins.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { sha256 } from '../../clients/content/content-store.ts';
import type { StepScope } from '../../step-scope.ts';
import { layParts, wrongParts, type TreePart } from '../tree-parts.ts';
import { isMarked, readMarked, storeMarked, storeOf, type Site } from '../site.ts';
import { treeOf } from '../views.ts';

const pinsOf = (site: Site, { context }: StepScope): Promise<AnsibleManifest> =>
  readMarked<AnsibleManifest>(site, context, 'ansible.pins');

export async function ansibleBuiltDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const wrong = await wrongParts(partsOf(site, await pinsOf(site, scope)));
  const have = `${wrong.length} missing or others, first ${wrong[0]?.path ?? ''}`;
  return [
    ...(wrong.length === 0 ? [] : [{ what: 'answers and links of galaxies', have, want: 'as the pins say' }]),
    ...((await isMarked(site, scope.context, 'ansible.manifest'))
      ? []
      : [{ what: 'manifest of collections', have: 'none of this run', want: 'stored' }]),
  ];
}

export async function buildAnsible(site: Site, scope: StepScope): Promise<string> {
  const manifest = await pinsOf(site, scope);
  await layParts(await wrongParts(partsOf(site, manifest)));
  const digest = await storeMarked(site, scope.context, 'ansible.manifest', manifest);
  return `manifest ${digest.slice(0, 16)}`;
}

function partsOf(site: Site, manifest: AnsibleManifest): TreePart[] {
  const tree = treeOf(site, sitePaths.ansible, sha256(Buffer.from(JSON.stringify(manifest))));
  return [
    ...manifest.servers.flatMap((pins) =>
      galaxyPages(pins, fraction).map(({ path, text }) => ({ path: join(tree, pins.server, path), text })),
    ),
    ...artifactsOf(manifest).map((document) => ({
      path: join(site.data, sitePaths.ansible, artifactPath(document)),
      target: storeOf(site).path(document.digest),
    })),
  ];
}

/** Six digits, as of a second. */
const fraction = (text: string): string =>
  String(Number.parseInt(sha256(Buffer.from(text)).slice(0, 12), 16) % 1_000_000).padStart(6, '0');
