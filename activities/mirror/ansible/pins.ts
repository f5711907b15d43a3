// SPDX-License-Identifier: Apache-2.0
// Pins what Ansible galaxies have of the named collections and of what these depend on: documents, by them artifacts.
import { join } from 'node:path';
import {
  artifactsOf,
  type AnsibleManifest,
  type CollectionDocument,
  type ListedVersion,
  type ServerPins,
} from '../../../workflows/contracts/mirror/ansible/pins.ts';
import {
  chosenVersions,
  isMet,
  newestFirst,
  type WantedCollection,
} from '../../../workflows/contracts/mirror/ansible/plan.ts';
import { amountOf, hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import type { AnsibleServer } from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { AnsibleArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { GalaxyReader } from '../../clients/ansible/galaxy.ts';
import { missingOf } from '../../clients/content/fetch-all.ts';
import { Failure } from '../../clients/failure.ts';
import type { StepScope } from '../../step-scope.ts';
import { pinRoles } from './roles.ts';
import { amountText, toFetchText } from '../amounts.ts';
import { readPublished } from '../pointer.ts';
import { removeOldRuns } from '../runs.ts';
import { partsOfRevision } from '../served-contents.ts';
import { budgetOf, isMarked, storeMarked, storeOf, type Site } from '../site.ts';

export async function ansiblePinDifferences(site: Site, { context }: StepScope): Promise<Difference[]> {
  if (await isMarked(site, context, 'ansible.pins')) return [];
  const want = `pinned by the run ${context.nonce}`;
  return [{ what: 'documents of Ansible collections', have: 'none of this run', want }];
}

export async function pinAnsible(site: Site, args: AnsibleArgs, scope: StepScope): Promise<string> {
  await removeOldRuns(site, scope.context.nonce);
  const pins = await readServers(site, args, scope);
  await refuseOtherBytes(site, pins);
  await storeMarked(site, scope.context, 'ansible.pins', pins);
  const artifacts = artifactsOf(pins);
  return `${amountText(artifacts)}; to fetch: ${toFetchText(await missingOf(storeOf(site), artifacts))}`;
}

/** What a refresh would fetch now, a difference for each server. */
export async function ansibleRefreshDifferences(
  site: Site,
  args: AnsibleArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const differences: Difference[] = [];
  for (const pinned of (await readServers(site, args, scope)).servers) {
    const artifacts = artifactsOf({ servers: [pinned] });
    const missing = await missingOf(storeOf(site), artifacts);
    if (missing.length === 0) continue;
    const have = `${amountOf(artifacts).files - missing.length} of ${amountText(artifacts)}`;
    differences.push({
      what: `collections of ${pinned.server}`,
      have,
      want: `fetch ${toFetchText(missing)}`,
    });
  }
  return differences;
}

/** Asks every server. Changes nothing but the content store and what is remembered of answers. */
async function readServers(site: Site, args: AnsibleArgs, scope: StepScope): Promise<AnsibleManifest> {
  const options = {
    store: storeOf(site),
    memory: join(site.data, sitePaths.upstream),
    budget: budgetOf(site, args.limits),
    signal: scope.signal,
  };
  const servers: ServerPins[] = [];
  for (const server of args.servers) {
    const reader = new GalaxyReader(server.url, options);
    const pins = await new ServerPlan(server, reader, scope).read();
    const roles = await pinRoles(site, server, reader, options, scope);
    servers.push({ ...pins, ...(roles.length > 0 && { roles }) });
  }
  return { kind: 'ansible', servers };
}

interface Need extends WantedCollection {
  /** The collection that needs it; null: the spec names it. */
  readonly by: string | null;
}

/** The collections of one server, as they are found. */
class ServerPlan {
  readonly #listed = new Map<string, readonly ListedVersion[]>();
  readonly #chosen = new Map<string, Map<string, CollectionDocument>>();

  constructor(
    private readonly server: AnsibleServer,
    private readonly reader: GalaxyReader,
    private readonly scope: StepScope,
  ) {}

  async read(): Promise<ServerPins> {
    const { name, url, collections, dependencies } = this.server;
    const queue: Need[] = collections.map((each) => ({ ...each, by: null }));
    for (const need of queue) {
      // What the spec names is mirrored in full; what is only needed may be here already.
      if (need.by !== null && isMet(need.versions, [...(this.#chosen.get(need.name)?.keys() ?? [])]))
        continue;
      for (const document of await this.#add(need))
        if (dependencies === 'closure')
          for (const [other, versions] of Object.entries(document.dependencies))
            queue.push({ name: other, versions, newest: 1, by: `${need.name} ${document.version}` });
    }
    return { server: name, url, collections: this.#collections() };
  }

  /** Documents that were not here before. @throws Failure PreconditionFailed when no version fits */
  async #add(need: Need): Promise<CollectionDocument[]> {
    const { name } = need;
    this.scope.tell(`collection ${name} of ${this.server.name}`);
    const listed = this.#listed.get(name) ?? (await this.reader.versions(name));
    this.#listed.set(name, listed);
    const chosen = chosenVersions(need, this.server.core ?? [], listed);
    if (chosen.length === 0) throw this.#unmet(need, listed);
    const have = this.#chosen.get(name) ?? new Map<string, CollectionDocument>();
    this.#chosen.set(name, have);
    const added: CollectionDocument[] = [];
    for (const version of chosen) {
      if (have.has(version)) continue;
      const document = await this.reader.document(name, version);
      have.set(version, document);
      added.push(document);
    }
    return added;
  }

  #collections(): ServerPins['collections'] {
    return [...this.#chosen]
      .sort(([one], [other]) => (one < other ? -1 : 1))
      .map(([name, documents]) => {
        const versions = newestFirst([...documents.keys()]);
        return { name, versions: versions.flatMap((version) => documents.get(version) ?? []) };
      });
  }

  #unmet({ name, versions, by }: Need, listed: readonly ListedVersion[]): Failure {
    const { url, core = [] } = this.server;
    const forCore = core.length === 0 ? '' : ` for ansible-core ${core.join(', ')}`;
    const newest = listed.slice(0, 3).map(({ version }) => version);
    return new Failure('PreconditionFailed', `${hostOfUrl(url)} has no version of ${name} that is wanted`, {
      on: hostOfUrl(url),
      cause: `${by ?? 'the file of the mirror'} wants ${versions}${forCore}; there are ${listed.length}: ${newest.join(', ')}`,
      hint: 'Correct versions or core in the file of the mirror, or set dependencies: none, then holdfast mirrors install FILE',
    });
  }
}

/** Clients remember a version for a day: other bytes under its number are an attack, or an upstream that broke its word. */
async function refuseOtherBytes(site: Site, { servers }: AnsibleManifest): Promise<void> {
  const published = await readPublished(site);
  if (published === null) return;
  const { ansible } = await partsOfRevision(site, published.revision);
  for (const { url, collections } of servers) {
    const before = ansible?.servers.find((each) => each.url === url);
    for (const { name, versions } of collections)
      for (const { version, digest } of versions) {
        const last = before?.collections
          .find((each) => each.name === name)
          ?.versions.find((each) => each.version === version);
        if (last === undefined || last.digest === digest) continue;
        throw new Failure('Rejected', `${name} ${version} has other bytes than those published`, {
          on: hostOfUrl(url),
          cause: `its SHA-256 is ${digest.slice(0, 16)}, the published one's ${last.digest.slice(0, 16)}`,
          hint: 'Ask its maker what changed; name another version in the file of the mirror meanwhile',
        });
      }
  }
}
