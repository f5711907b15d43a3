// SPDX-License-Identifier: Apache-2.0
// The artifacts of pinned Ansible collections: fetched by range, read again, mended.
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import { artifactsOf, type AnsibleManifest } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { AnsibleArgs } from '../../../workflows/ports/mirror/mirror.ts';
import type { StepScope } from '../../step-scope.ts';
import { fetchContents, missingContents, removeRotten, unsoundContents } from '../contents.ts';
import { ansibleContents } from '../served-contents.ts';
import { readMarked, type Site } from '../site.ts';

const pinsOf = (site: Site, { context }: StepScope): Promise<AnsibleManifest> =>
  readMarked<AnsibleManifest>(site, context, 'ansible.pins');

export async function missingArtifactDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return missingContents(site, 'collections', artifactsOf(await pinsOf(site, scope)));
}

export async function fetchAnsible(site: Site, { limits }: AnsibleArgs, scope: StepScope): Promise<string> {
  const bytes = await fetchContents(site, artifactsOf(await pinsOf(site, scope)), limits, scope);
  return `${bytesText(bytes)} fetched`;
}

export async function unsoundArtifactDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return unsoundContents(site, ansibleContents(await pinsOf(site, scope)), scope);
}

export async function repairAnsible(site: Site, args: AnsibleArgs, scope: StepScope): Promise<string> {
  const count = await removeRotten(site, artifactsOf(await pinsOf(site, scope)));
  await fetchAnsible(site, args, scope);
  return `${count} damaged collections replaced`;
}
