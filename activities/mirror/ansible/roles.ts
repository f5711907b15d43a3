// SPDX-License-Identifier: Apache-2.0
// Pins roles of a galaxy. No galaxy tells the digest of one: it is that of the bytes that come first, and those stay for good.
import type { PinnedRole, RoleArchive } from '../../../workflows/contracts/mirror/ansible/pins.ts';
import { chosenRoleVersions } from '../../../workflows/contracts/mirror/ansible/plan.ts';
import { hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import type { AnsibleServer } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import type { GalaxyReader } from '../../clients/ansible/galaxy.ts';
import type { ListedRole } from '../../clients/ansible/roles.ts';
import { readIfChanged, type ReadOptions } from '../../clients/content/read-if-changed.ts';
import { Failure } from '../../clients/failure.ts';
import type { StepScope } from '../../step-scope.ts';
import { readPublished } from '../pointer.ts';
import { partsOfRevision } from '../served-contents.ts';
import { storeOf, type Site } from '../site.ts';

/** @source roles are some files of text; the archive of the largest has 3 MB */
const archiveBytesMax = 64 * 1024 * 1024;

/** Fetches the archives that are not here: until then their digests are unknown. @throws Failure PreconditionFailed, see GalaxyReader */
export async function pinRoles(
  site: Site,
  server: AnsibleServer,
  reader: GalaxyReader,
  options: Omit<ReadOptions, 'bytesMax' | 'headers'>,
  scope: StepScope,
): Promise<PinnedRole[]> {
  const before = await publishedRoles(site, server);
  const pinned: PinnedRole[] = [];
  for (const { name, versions } of server.roles ?? []) {
    scope.tell(`role ${name} of ${server.name}`);
    const listed = await reader.role(name);
    const chosen = chosenRoleVersions(
      versions,
      listed.map(({ version }) => version),
    );
    if (chosen === null) throw unmet(server, name, versions, listed);
    const archives: RoleArchive[] = [];
    for (const version of chosen) {
      const known = before
        .find((each) => each.name === name)
        ?.versions.find((each) => each.version === version);
      if (known !== undefined && (await storeOf(site).has(known))) {
        archives.push(known);
        continue;
      }
      const { url = '' } = listed.find((each) => each.version === version) ?? {};
      const { digest, size } = await readIfChanged(url, { ...options, bytesMax: archiveBytesMax });
      archives.push({ version, filename: `${name}-${version}.tar.gz`, digest, size, url });
    }
    pinned.push({ name, versions: archives });
  }
  return pinned;
}

/** Of the same server: their bytes never change under one version. */
async function publishedRoles(site: Site, { url }: AnsibleServer): Promise<readonly PinnedRole[]> {
  const published = await readPublished(site);
  if (published === null) return [];
  const { ansible } = await partsOfRevision(site, published.revision);
  return ansible?.servers.find((each) => each.url === url)?.roles ?? [];
}

function unmet(
  { url }: AnsibleServer,
  name: string,
  versions: readonly string[] | undefined,
  listed: readonly ListedRole[],
): Failure {
  const shown = listed.slice(0, 5).map(({ version }) => version);
  const there = listed.length === 0 ? 'none' : `${listed.length}: ${shown.join(', ')}`;
  return new Failure('PreconditionFailed', `${hostOfUrl(url)} has no version of ${name} that is wanted`, {
    on: hostOfUrl(url),
    cause: `the file of the mirror wants ${versions?.join(', ') ?? 'the newest'}; there are ${there}`,
    hint: 'Correct versions in the file of the mirror, then holdfast mirrors install FILE',
  });
}
