// SPDX-License-Identifier: Apache-2.0
// A mirror site as its activities see it: the inside of its box, and the folder that both share. Also what a run noted there.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { dataInside } from '../../workflows/contracts/box/data-folder.ts';
import type { MirrorKind, UpstreamLimit } from '../../workflows/contracts/mirror/mirror-spec.ts';
import { sitePaths } from '../../workflows/contracts/mirror/site-paths.ts';
import type { StepContext } from '../../workflows/contracts/run/table.ts';
import { ContentStore } from '../clients/content/content-store.ts';
import { HostBudget } from '../clients/content/host-budget.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { readRecord } from '../clients/state/records.ts';
import { writeFileAtomically } from '../clients/state/local-files.ts';
import type { Host } from '../hosts/host.ts';
import { dataDirectory } from '../hosts/places.ts';

export interface Site {
  readonly box: string;
  readonly host: Host;
  /** The shared folder on this machine. */
  readonly data: string;
  /** The same in the box. */
  readonly inside: string;
}

/** A site whose web server listens on ports of its own in tests. */
export interface ServedSite extends Site {
  /** Of the web server in the box: what clients are served, and what runs pinned. */
  readonly webPort: number;
  readonly pinnedPort: number;
}

export const siteOf = ({ inside }: Pick<Clients, 'inside'>, box: string): Site => ({
  box,
  host: inside(box),
  data: dataDirectory(box),
  inside: dataInside,
});

export const storeOf = ({ data }: Site): ContentStore => new ContentStore(join(data, sitePaths.content));

export const budgetOf = ({ data }: Site, limits: readonly UpstreamLimit[]): HostBudget =>
  new HostBudget(
    join(data, sitePaths.budgets),
    Object.fromEntries(limits.map(({ host, requests, seconds }) => [host, { requests, seconds }])),
  );

type Run = Pick<StepContext, 'nonce'>;

/** Of this run alone. Its name is part of the history: a run that was reset finds it again. */
export const runFolder = ({ data }: Pick<Site, 'data'>, { nonce }: Run): string =>
  join(data, sitePaths.runs, nonce);

/** What a run notes of its way, each as the digest of a stored content. */
export type Mark =
  | 'deb.pins'
  | 'deb.plan'
  | 'deb.manifest'
  | 'pypi.pins'
  | 'pypi.plan'
  | 'pypi.manifest'
  | 'oci.pins'
  | 'oci.manifest'
  | 'ansible.pins'
  | 'ansible.manifest'
  | 'git.pins'
  | 'git.packs'
  | 'git.manifest'
  /** The revision from which the manifest of a kind was taken over. */
  | `${MirrorKind}.kept`
  | 'revision'
  | 'expected'
  | 'bundle';

/** Null when the run has not come so far. @throws Failure Rejected for a note that cannot be read or is damaged */
export function readMark(site: Site, run: Run, mark: Mark): Promise<string | null> {
  return readRecord(join(runFolder(site, run), mark), {
    what: `note ${mark} of the run ${run.nonce}`,
    parse: (text) => {
      if (/^[0-9a-f]{64}\n$/.test(text)) return text.trim();
      throw new Error('it is not a SHA-256');
    },
    next: 'resolve the step with --retry',
  });
}

export async function writeMark(site: Site, run: Run, mark: Mark, digest: string): Promise<void> {
  // The web server of the box reads below it, as a user of its own.
  await mkdir(runFolder(site, run), { recursive: true, mode: 0o755 });
  await writeFileAtomically(join(runFolder(site, run), mark), `${digest}\n`, 0o644);
}

/** The stored content that a mark names: ours, and unchanged by its digest. @throws Failure PreconditionFailed without a mark */
export async function readMarked<T>(site: Site, run: Run, mark: Mark): Promise<T> {
  const digest = await readMark(site, run, mark);
  if (digest !== null) return readStored<T>(site, digest);
  throw new Failure('PreconditionFailed', `The run ${run.nonce} has no ${mark} yet`, {
    on: runFolder(site, run),
    hint: 'Start the refresh again: what it depends on was removed',
  });
}

export async function readStored<T>(site: Site, digest: string): Promise<T> {
  return JSON.parse((await storeOf(site).read(digest)).toString('utf8')) as T;
}

/** Stores a value as JSON and notes its digest. Returns that. */
export async function storeMarked(site: Site, run: Run, mark: Mark, value: object): Promise<string> {
  const { digest } = await storeOf(site).put(Buffer.from(JSON.stringify(value)));
  await writeMark(site, run, mark, digest);
  return digest;
}

/** True for a mark whose content is there and unchanged. */
export async function isMarked(site: Site, run: Run, mark: Mark): Promise<boolean> {
  const digest = await readMark(site, run, mark);
  if (digest === null) return false;
  return storeOf(site)
    .read(digest)
    .then(
      () => true,
      (error: unknown) => {
        if (error instanceof Failure && error.code === 'Rejected') return false;
        throw error;
      },
    );
}
