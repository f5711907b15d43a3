// SPDX-License-Identifier: Apache-2.0
// The packs of pinned Git repositories: a ref at a time, each without what is here already; read again, and fetched anew when damaged.
import { bytesText, type Content } from '../../../workflows/contracts/mirror/content.ts';
import type {
  GitPacks,
  GitPins,
  RepositoryPacks,
  RepositoryRefs,
} from '../../../workflows/contracts/mirror/git/pins.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { GitArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { fetchPack, type GitOptions } from '../../clients/git/upload-pack.ts';
import { Detached, type StepScope } from '../../step-scope.ts';
import { removeRotten, unsoundContents } from '../contents.ts';
import { readPublished } from '../pointer.ts';
import { packContents, partsOfRevision } from '../served-contents.ts';
import { budgetOf, readMark, readMarked, storeMarked, storeOf, type Site } from '../site.ts';

/** More than these are fetched as one: clients ask for each. */
const packsMax = 20;

const pinsOf = (site: Site, { context }: StepScope): Promise<GitPins> =>
  readMarked<GitPins>(site, context, 'git.pins');

const packsOf = (site: Site, { context }: StepScope): Promise<GitPacks> =>
  readMarked<GitPacks>(site, context, 'git.packs');

/** Of this run as far as it came, else those of the published revision; only what is in the store. */
export async function knownPacks(site: Site, { repositories }: GitPins, scope: StepScope): Promise<GitPacks> {
  const before = await packsBefore(site, scope);
  const known: RepositoryPacks[] = [];
  for (const { repository, url } of repositories) {
    const found = before.find((each) => each.repository === repository && each.url === url);
    const isUsable = found !== undefined && (await areStored(site, found.packs));
    const { tips, packs } = isUsable ? found : { tips: [], packs: [] };
    known.push({ repository, url, tips, packs });
  }
  return { repositories: known };
}

async function packsBefore(site: Site, scope: StepScope): Promise<readonly RepositoryPacks[]> {
  if ((await readMark(site, scope.context, 'git.packs')) !== null)
    return (await packsOf(site, scope)).repositories;
  const published = await readPublished(site);
  if (published === null) return [];
  return (await partsOfRevision(site, published.revision)).git?.repositories ?? [];
}

async function areStored(site: Site, packs: readonly Content[]): Promise<boolean> {
  for (const pack of packs) if (!(await storeOf(site).has(pack))) return false;
  return true;
}

/** Names of refs whose objects are not all here. */
export function lackingRefs({ repository, url, refs }: RepositoryRefs, packs: GitPacks): string[] {
  const own = packs.repositories.find((each) => each.repository === repository && each.url === url);
  return Object.keys(refs).filter((name) => !(own?.tips ?? []).includes(refs[name] ?? ''));
}

export async function missingPackDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const pins = await pinsOf(site, scope);
  const packs = await knownPacks(site, pins, scope);
  const lacking = pins.repositories.flatMap((pinned) =>
    lackingRefs(pinned, packs).map((ref) => ({
      what: `${ref} of ${pinned.repository}`,
      have: 'absent',
      want: 'here',
    })),
  );
  if (lacking.length > 0 || (await readMark(site, scope.context, 'git.packs')) !== null) return lacking;
  return [{ what: 'packs of Git repositories', have: 'not noted by this run', want: 'noted' }];
}

/** What came is noted after each pack: the next attempt goes on behind it. @throws Failure, Detached */
export async function fetchGit(site: Site, { limits }: GitArgs, scope: StepScope): Promise<string> {
  const { context, signal, tell } = scope;
  const pins = await pinsOf(site, scope);
  const options = { budget: budgetOf(site, limits), signal };
  let { repositories } = await knownPacks(site, pins, scope);
  let bytes = 0;
  for (const pinned of pins.repositories)
    for (const ref of lackingRefs(pinned, { repositories })) {
      if (signal.aborted) throw new Detached();
      const onBytes = (more: number): void => {
        bytes += more;
        tell(`${pinned.repository} ${ref}: ${bytesText(bytes)}`);
      };
      const own = repositories.find((each) => each.repository === pinned.repository);
      const next = await withRef(site, pinned, { ref, own, onBytes }, options).catch((error: unknown) => {
        throw signal.aborted ? new Detached() : error;
      });
      repositories = repositories.map((each) => (each === own ? next : each));
      await storeMarked(site, context, 'git.packs', { repositories });
    }
  await storeMarked(site, context, 'git.packs', { repositories });
  return `${bytesText(bytes)} fetched`;
}

interface Wanted {
  readonly ref: string;
  readonly own: RepositoryPacks | undefined;
  readonly onBytes: (bytes: number) => void;
}

async function withRef(
  site: Site,
  { repository, url, refs }: RepositoryRefs,
  { ref, own, onBytes }: Wanted,
  options: GitOptions,
): Promise<RepositoryPacks> {
  const want = refs[ref] ?? '';
  // Another ref of this run may lead to the same object.
  if (own?.tips.includes(want) === true) return own;
  const isFull = own === undefined || own.packs.length >= packsMax;
  const { tips, packs } = isFull ? { tips: [], packs: [] } : own;
  const pack = await fetchPack(storeOf(site), url, { want, haves: tips, onBytes }, options);
  const isNew = pack !== null && packs.every(({ digest }) => digest !== pack.digest);
  return { repository, url, tips: [...tips, want], packs: isNew ? [...packs, pack] : packs };
}

export async function unsoundPackDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  return unsoundContents(site, packContents(await packsOf(site, scope)), scope);
}

/** No server sends the same pack again: a repository with a damaged one is fetched anew. */
export async function repairGit(site: Site, args: GitArgs, scope: StepScope): Promise<string> {
  const count = await removeRotten(site, packContents(await packsOf(site, scope)));
  await fetchGit(site, args, scope);
  return `${count} damaged packs replaced`;
}
