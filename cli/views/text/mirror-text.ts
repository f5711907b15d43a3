// SPDX-License-Identifier: Apache-2.0
// What a mirror serves as text: its revision, then a line a suite and index, with what clients are told. Reads no clock.
import { bytesText } from '../../../workflows/contracts/mirror/content.ts';
import { billFile, pageFile } from '../../../workflows/contracts/mirror/site-paths.ts';
import type { MirrorStatus } from '../../../workflows/contracts/mirror/revision.ts';
import { aligned } from '../../terminal/columns.ts';

export function mirrorLines(name: string, status: MirrorStatus, now: number): string[] {
  const { revision, publishedAt, isHeld } = status;
  const held = isHeld === true ? '; scheduled refreshes stay away until one is asked for' : '';
  return [
    `Revision ${revision.slice(0, 16)} of ${name}, published ${ageText(publishedAt, now)}${held}`,
    ...healthLines(status, now),
    ...debLines(name, status, now),
    ...pypiLines(status),
    ...ociLines(status),
    ...ansibleLines(status),
    ...gitLines(status),
    ...quotaLines(status),
    ...keptLines(status, now),
    '',
    `Page: http://${status.address}/sbom/${pageFile(revision)}`,
    `SBOM: http://${status.address}/sbom/${billFile(revision)}`,
    ...bundleLines(status),
  ];
}

function bundleLines({ received, bundleKey }: MirrorStatus): string[] {
  const from = received === null ? [] : [`Imported: generation ${received.generation} of ${received.site}`];
  return bundleKey === null ? from : [...from, `Key of bundles: ${bundleKey}`];
}

/** As of the last refresh. */
function quotaLines({ quotas }: MirrorStatus): string[] {
  if (quotas.length === 0) return [];
  const lines = quotas.map(({ host, limit, left, seconds, waitSeconds }) => [
    host,
    limit === null ? 'no limit named' : `${left ?? 0} of ${limit}`,
    seconds === null ? '' : `in ${durationText(seconds)}`,
    waitSeconds === 0 ? '' : `left alone for ${durationText(waitSeconds)}`,
  ]);
  return ['', ...aligned([['QUOTA', 'LEFT', '', ''], ...lines])];
}

/** `6 h`, `90 s`. */
const durationText = (seconds: number): string =>
  seconds >= 3600 && seconds % 3600 === 0 ? `${seconds / 3600} h` : `${Math.ceil(seconds)} s`;

/** Newest first. */
function keptLines({ revision: current, kept }: MirrorStatus, now: number): string[] {
  if (kept.length < 2) return [];
  const lines = [...kept]
    .reverse()
    .map(({ revision, publishedAt }) => [
      revision.slice(0, 16),
      ageText(publishedAt, now),
      revision === current ? 'served' : '',
    ]);
  return ['', ...aligned([['KEPT', 'PUBLISHED', ''], ...lines])];
}

function healthLines({ refreshedAt, trials }: MirrorStatus, now: number): string[] {
  const taken = trials.map(({ kind, client }) => `${kind} taken by ${client}`);
  const refreshed = refreshedAt === null ? [] : [`refreshed ${ageText(refreshedAt, now)}`];
  const all = [...refreshed, ...taken];
  return all.length === 0 ? [] : [`Health: ${all.join(', ')}`];
}

function debLines(name: string, { address, suites }: MirrorStatus, now: number): string[] {
  if (suites.length === 0) return [];
  const lines = suites.map(({ source, suite, packages, bytes, upstreamDate }) => [
    source,
    suite,
    String(packages),
    bytesText(bytes),
    ageText(upstreamDate, now),
  ]);
  const sources = suites.map(
    ({ source, suite }) =>
      `deb [signed-by=/usr/share/keyrings/${name}.gpg] http://${address}/deb/${source} ${suite} main`,
  );
  return [
    '',
    ...aligned([['SOURCE', 'SUITE', 'PACKAGES', 'SIZE', 'UPSTREAM'], ...lines]),
    '',
    `Key: http://${address}/keys/archive-keyring.gpg`,
    ...sources,
  ];
}

function pypiLines({ address, indexes }: MirrorStatus): string[] {
  if (indexes.length === 0) return [];
  const lines = indexes.map(({ index, projects, files, bytes }) => [
    index,
    String(projects),
    String(files),
    bytesText(bytes),
  ]);
  return [
    '',
    ...aligned([['INDEX', 'PROJECTS', 'FILES', 'SIZE'], ...lines]),
    '',
    ...indexes.map(
      ({ index }) =>
        `pip install --index-url http://${address}/pypi/${index}/simple/ --trusted-host ${address}`,
    ),
  ];
}

function ociLines({ address, registries }: MirrorStatus): string[] {
  if (registries.length === 0) return [];
  const lines = registries.map(({ registry, host, images, blobs, bytes }) => [
    registry,
    host,
    String(images),
    String(blobs),
    bytesText(bytes),
  ]);
  return [
    '',
    ...aligned([['REGISTRY', 'UPSTREAM', 'IMAGES', 'BLOBS', 'SIZE'], ...lines]),
    '',
    `For podman, skopeo and buildah: http://${address}/containers/registries.conf`,
    `For containerd: http://${address}/containers/hosts/HOST/hosts.toml`,
  ];
}

function ansibleLines({ address, galaxies }: MirrorStatus): string[] {
  if (galaxies.length === 0) return [];
  const lines = galaxies.map(({ server, host, collections, roles, files, bytes }) => [
    server,
    host,
    String(collections),
    String(roles),
    String(files),
    bytesText(bytes),
  ]);
  return [
    '',
    ...aligned([['GALAXY', 'UPSTREAM', 'COLLECTIONS', 'ROLES', 'FILES', 'SIZE'], ...lines]),
    '',
    ...galaxies.map(
      ({ server, collections, roles }) =>
        `ansible-galaxy ${collections === 0 && roles > 0 ? 'role' : 'collection'} install --server http://${address}/ansible/${server}/`,
    ),
  ];
}

function gitLines({ address, repositories }: MirrorStatus): string[] {
  if (repositories.length === 0) return [];
  const lines = repositories.map(({ repository, host, refs, bytes }) => [
    repository,
    host,
    String(refs),
    bytesText(bytes),
  ]);
  return [
    '',
    ...aligned([['REPOSITORY', 'UPSTREAM', 'REFS', 'SIZE'], ...lines]),
    '',
    ...repositories.map(({ repository }) => `git clone http://${address}/git/${repository}.git`),
  ];
}

/** `3d ago`, `5h ago`, `2min ago`. */
function ageText(time: string, now: number): string {
  const minutes = Math.max(0, Math.round((now - Date.parse(time)) / 60_000));
  if (minutes < 120) return `${minutes}min ago`;
  return minutes < 2880 ? `${Math.round(minutes / 60)}h ago` : `${Math.round(minutes / 1440)}d ago`;
}
