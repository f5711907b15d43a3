// SPDX-License-Identifier: Apache-2.0
// What a manifest of a container image names: other manifests, and blobs. Pure.
import type { Content } from '../content.ts';

/** The kinds of manifests that are mirrored, by the ending under which each is served with its type. */
export const manifestTypes = {
  'oci-index': 'application/vnd.oci.image.index.v1+json',
  'oci-manifest': 'application/vnd.oci.image.manifest.v1+json',
  'docker-list': 'application/vnd.docker.distribution.manifest.list.v2+json',
  'docker-manifest': 'application/vnd.docker.distribution.manifest.v2+json',
} as const;

export type ManifestEnding = keyof typeof manifestTypes;

/** Null for a type that is not mirrored: schema 1, and whatever comes. */
export function endingOf(mediaType: string): ManifestEnding | null {
  const plain = mediaType.split(';')[0]?.trim().toLowerCase();
  const found = Object.entries(manifestTypes).find(([, type]) => type === plain);
  return found === undefined ? null : (found[0] as ManifestEnding);
}

export interface ReadManifest {
  readonly ending: ManifestEnding;
  /** Of an index: the manifests that are wanted of it. */
  readonly manifests: readonly Content[];
  /** Of an image: its configuration and its layers. */
  readonly blobs: readonly Content[];
  /** Manifest of what it refers to; null: nothing. */
  readonly subject: string | null;
  /** What it is, by its own word or by the type of its configuration; null: it does not say. */
  readonly artifactType: string | null;
  readonly annotations: Readonly<Record<string, string>>;
}

type Fields = Readonly<Record<string, unknown>>;

/** @source an index of Docker Hub has 30 entries, an image at most 127 layers of Docker's */
const entriesMax = 1000;

/** The digests that an answer about referrers lists. @throws Error that says what is wrong with it */
export function readReferrers(value: unknown): string[] {
  return listOf(fieldsOf(value)['manifests']).map((each) => descriptorOf(each).digest);
}

/**
 * Of an index only images for the platforms are wanted, `linux/arm64/v8` by its first parts too, and what attests them.
 * @throws Error that says what is wrong with it
 */
export function readManifest(value: unknown, mediaType: string, platforms: readonly string[]): ReadManifest {
  const ending = endingOf(mediaType);
  if (ending === null) throw new Error(`its type is ${mediaType.slice(0, 100) || 'not told'}`);
  const fields = fieldsOf(value);
  if (typeof fields['mediaType'] === 'string' && endingOf(fields['mediaType']) !== ending)
    throw new Error(`it calls itself ${fields['mediaType'].slice(0, 100)}`);
  const said = {
    subject: fields['subject'] === undefined ? null : descriptorOf(fields['subject']).digest,
    artifactType: artifactTypeOf(fields),
    annotations: annotationsOf(fields['annotations']),
  };
  if (ending === 'oci-index' || ending === 'docker-list')
    return { ending, manifests: wantedOf(listOf(fields['manifests']), platforms), blobs: [], ...said };
  const blobs = [fields['config'], ...listOf(fields['layers'])].map(descriptorOf);
  return { ending, manifests: [], blobs, ...said };
}

function artifactTypeOf(fields: Fields): string | null {
  const config = fields['config'] === undefined ? {} : fieldsOf(fields['config']);
  const told = [fields['artifactType'], config['mediaType']].find((each) => typeof each === 'string');
  return typeof told === 'string' && told !== '' ? told.slice(0, 255) : null;
}

function annotationsOf(value: unknown): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {};
  const texts = Object.entries(fieldsOf(value)).filter(
    (each): each is [string, string] => typeof each[1] === 'string',
  );
  if (texts.length > entriesMax) throw new Error(`it has ${texts.length} annotations`);
  return Object.fromEntries(texts);
}

function wantedOf(entries: readonly unknown[], platforms: readonly string[]): Content[] {
  const images = entries.filter((entry) => isFor(fieldsOf(entry)['platform'], platforms)).map(descriptorOf);
  const wanted = new Set(images.map(({ digest }) => `sha256:${digest}`));
  const attests = (entry: unknown): boolean => {
    const annotations = fieldsOf(entry)['annotations'];
    const of = annotations === undefined ? undefined : fieldsOf(annotations)['vnd.docker.reference.digest'];
    return typeof of === 'string' && wanted.has(of);
  };
  return [...images, ...entries.filter(attests).map(descriptorOf)];
}

function isFor(platform: unknown, wanted: readonly string[]): boolean {
  if (platform === undefined) return true;
  const { os, architecture, variant } = fieldsOf(platform);
  const name = [os, architecture, variant].filter((part) => typeof part === 'string').join('/');
  return wanted.some((each) => name === each || name.startsWith(`${each}/`));
}

function descriptorOf(value: unknown): Content {
  const { digest, size } = fieldsOf(value);
  const [, hex] = typeof digest === 'string' ? (/^sha256:([0-9a-f]{64})$/.exec(digest) ?? []) : [];
  if (hex === undefined) throw new Error(`it names the digest ${String(digest).slice(0, 100)}`);
  if (typeof size !== 'number' || !Number.isSafeInteger(size) || size < 0)
    throw new Error(`it names the size ${String(size).slice(0, 40)}`);
  return { digest: hex, size };
}

function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new Error('a part of it is no object');
}

function listOf(value: unknown): readonly unknown[] {
  if (!Array.isArray(value)) throw new Error('a part of it is no list');
  if (value.length > entriesMax) throw new Error(`it has ${value.length} entries`);
  return value;
}
