// SPDX-License-Identifier: Apache-2.0
// Tags of a container registry, added and removed as podman is told of them: `quay.io/podman/hello:latest`. Pure.
import { hostOfUrl } from '../content.ts';
import type { OciImage, OciRegistry } from '../mirror-spec.ts';
import type { Items } from './items.ts';

interface Reference {
  readonly repository: string;
  readonly tag: string;
}

/** Null without a tag: `latest` is not assumed. */
function referenceOf(item: string): Reference | null {
  const [, repository, tag] =
    /^([a-z0-9]+(?:[._/-]+[a-z0-9]+)*):([A-Za-z0-9_][A-Za-z0-9._-]*)$/.exec(item) ?? [];
  return repository === undefined || tag === undefined ? null : { repository, tag };
}

/** Docker Hub answers by another name than images are called by. */
const hostOf = ({ url }: Pick<OciRegistry, 'url'>): string => {
  const host = hostOfUrl(url);
  return host === 'registry-1.docker.io' ? 'docker.io' : host;
};

const isHost = (part: string): boolean => /[.:]/.test(part);

const withTags = (image: OciImage, tags: readonly string[]): OciImage => ({ ...image, tags });

export const ociItems: Items<OciRegistry> = {
  what: 'tag of an image',
  form: 'REGISTRY/REPOSITORY:TAG, such as docker.io/library/busybox:stable',
  sourcesOf: ({ oci = [] }) => oci,
  split: (item, registries) => {
    const [, first = '', rest = ''] = /^([^/]+)\/(.+)$/.exec(item) ?? [];
    const registry = registries.find((each) => each.name === first || hostOf(each) === first);
    if (registry !== undefined) return { source: registry.name, item: rest };
    if (!isHost(first)) return null;
    return { source: first.replaceAll(/[^a-z0-9]+/g, '-'), item: rest };
  },
  nameOf: (item) => {
    const found = referenceOf(item);
    return found === null ? null : `${found.repository}:${found.tag}`;
  },
  list: ({ images }) =>
    new Map(
      images.flatMap(({ name, tags }) => tags.map((tag) => [`${name}:${tag}`, `${name}:${tag}`] as const)),
    ),
  add: (registry, item) => {
    const wanted = referenceOf(item);
    if (wanted === null) return registry;
    const { repository, tag } = wanted;
    const known = registry.images.find(({ name }) => name === repository);
    if (known === undefined)
      return {
        ...registry,
        images: [...registry.images, { name: repository, tags: [tag], signatures: true }],
      };
    if (known.tags.includes(tag)) return registry;
    const images = registry.images.map((each) =>
      each === known ? withTags(each, [...each.tags, tag]) : each,
    );
    return { ...registry, images };
  },
  remove: (registry, item) => {
    const wanted = referenceOf(item);
    const images = registry.images
      .map((image) =>
        image.name === wanted?.repository
          ? withTags(
              image,
              image.tags.filter((tag) => tag !== wanted.tag),
            )
          : image,
      )
      .filter(({ tags }) => tags.length > 0);
    return images.length === 0 ? null : { ...registry, images };
  },
  first: (item, to, asked) => {
    const [, host = ''] = /^([^/]+)\//.exec(asked) ?? [];
    const wanted = referenceOf(item);
    if (wanted === null || to === null || !isHost(host)) return null;
    const url = `https://${host === 'docker.io' ? 'registry-1.docker.io' : host}`;
    const image = { name: wanted.repository, tags: [wanted.tag], signatures: true };
    return { name: to, url, platforms: ['linux/amd64'], images: [image] };
  },
};
