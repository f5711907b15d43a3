// SPDX-License-Identifier: Apache-2.0
// Pins what Debian archives say now: their signed Release files, checked in the box, and the indexes that these name.
import { join } from 'node:path';
import type { DebManifest, DebPins, SourcePins } from '../../../workflows/contracts/mirror/deb/pins.ts';
import type { SiteRevision } from '../../../workflows/contracts/mirror/revision.ts';
import { hostOfUrl } from '../../../workflows/contracts/mirror/content.ts';
import { sitePaths } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { DebArgs, DebSourceArgs } from '../../../workflows/ports/mirror/mirror.ts';
import { pinSuite } from '../../clients/deb/pin-suite.ts';
import { Failure } from '../../clients/failure.ts';
import { readPublished } from '../pointer.ts';
import prepareKeyring from '../scripts/prepare-keyring.sh';
import verifyRelease from '../scripts/verify-release.sh';
import { removeOldRuns } from '../runs.ts';
import { budgetOf, isMarked, readStored, storeMarked, storeOf, type Site } from '../site.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import type { StepScope } from '../../step-scope.ts';

export async function pinDifferences(site: Site, scope: StepScope): Promise<Difference[]> {
  const { nonce } = scope.context;
  if (await isMarked(site, scope.context, 'deb.pins')) return [];
  return [
    { what: 'indexes of Debian archives', have: 'none of this run', want: `pinned by the run ${nonce}` },
  ];
}

export async function pinAll(site: Site, args: DebArgs, scope: StepScope): Promise<string> {
  await removeOldRuns(site, scope.context.nonce);
  const pins = await readUpstreams(site, args, scope);
  await refuseOlder(site, pins);
  await storeMarked(site, scope.context, 'deb.pins', pins);
  return pins.sources
    .flatMap(({ source, suites }) => suites.map(({ suite, date }) => `${source} ${suite} of ${date}`))
    .join(', ');
}

/** An index that is older than the one published is well signed all the same: somebody plays it back, or a mirror is behind. */
async function refuseOlder(site: Site, { sources }: DebPins): Promise<void> {
  const published = await readPublished(site);
  if (published === null) return;
  const { deb } = await readStored<SiteRevision>(site, published.revision);
  if (deb === undefined) return;
  const { pins } = await readStored<DebManifest>(site, deb);
  for (const { source, url, suites } of sources) {
    const before = pins.sources.find((each) => each.source === source && each.url === url);
    for (const { suite, date } of suites) {
      const last = before?.suites.find((each) => each.suite === suite)?.date;
      if (last === undefined || Date.parse(date) >= Date.parse(last)) continue;
      throw new Failure('Rejected', `${source} ${suite} is older than what is published`, {
        on: hostOfUrl(url),
        cause: `its Release file is of ${date}, the published one of ${last}`,
        hint: 'Wait until the upstream has caught up, or name another url for the source',
      });
    }
  }
}

/** Asks every source. Changes nothing but the content store and what is remembered of answers. */
export async function readUpstreams(site: Site, args: DebArgs, scope: StepScope): Promise<DebPins> {
  const sources: SourcePins[] = [];
  for (const source of args.sources) {
    const suites: SourcePins['suites'][number][] = [];
    const keyring = await keyringOf(site, source);
    for (const suite of source.suites) {
      scope.tell(`index of ${source.name} ${suite}`);
      suites.push(
        await pinSuite(
          { ...source, suite },
          {
            store: storeOf(site),
            memory: join(site.data, sitePaths.upstream),
            budget: budgetOf(site, args.limits),
            signal: scope.signal,
            now: Date.now,
            verify: (signed) => signedText(site, source, keyring, signed),
          },
        ),
      );
    }
    sources.push({ source: source.name, url: source.url, suites });
  }
  return { sources };
}

/** In the box: gpg of the release that serves judges. */
export const keyringPath = ({ inside }: Site, source: string): string =>
  join(inside, sitePaths.keyrings, `${source}.gpg`);

async function keyringOf(site: Site, { name, signedBy }: DebSourceArgs): Promise<string> {
  const keyring = keyringPath(site, name);
  const gnupg = join(site.inside, sitePaths.gnupg);
  await site.host.output(['sh', '-c', prepareKeyring, `keyring of ${name}`, signedBy, keyring, gnupg]);
  return keyring;
}

async function signedText(
  site: Site,
  source: DebSourceArgs,
  keyring: string,
  signed: Buffer,
): Promise<string> {
  const argv = ['sh', '-c', verifyRelease, 'holdfast-verify', keyring];
  const outcome = await site.host.run(argv, { stdin: signed.toString('utf8') });
  if (outcome.exitCode === 0) return outcome.stdout;
  throw new Failure('Rejected', `The signature of ${source.name} is not good`, {
    on: hostOfUrl(source.url),
    cause: outcome.stderr.trim(),
    exitCode: outcome.exitCode,
    hint: 'See who changed the archive or its key; a new key is named by signedBy in the file of the mirror',
  });
}
