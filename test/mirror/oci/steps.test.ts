// SPDX-License-Identifier: Apache-2.0
// A mirror whose spec names container registries has their steps in a refresh and in an import; a bad spec is refused by its path.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { debArgs, ociArgs, pypiArgs } from '../../../workflows/box/mirror/model.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { importBundleSteps } from '../../../workflows/operations/import-bundle/steps.ts';
import {
  planRefreshSteps,
  refreshMirrorsSteps,
} from '../../../workflows/operations/refresh-mirrors/steps.ts';
import { readFile } from '../../boundary/source-files.ts';
import { exampleImport } from '../../plans/bundles/example-bundle.ts';

const withRegistry = (change: object = {}, image: object = {}): unknown => ({
  ...(parse(readFile('examples/mirror.yaml').text) as object),
  oci: [{ name: 'hub', images: [{ name: 'library/busybox', tags: ['stable'], ...image }], ...change }],
});

function stepArgs() {
  const parsed = parseMirrorSpec(withRegistry());
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const spec = parsed.value;
  const deb = debArgs(spec, 'http://archive.test/debian');
  return { box: spec.name, keep: 5, deb, pypi: pypiArgs(spec, 'http://index.test'), oci: ociArgs(spec) };
}

const ofImages = (ids: readonly { readonly id: string }[]): string[] =>
  ids.map(({ id }) => id).filter((id) => id.includes('oci'));

describe('steps of container images', () => {
  it('are those that refresh-mirrors/README.md tells, and lead to the revision', () => {
    const steps = refreshMirrorsSteps(stepArgs(), false);
    const told = [
      ...readFile('workflows/operations/refresh-mirrors/README.md').text.matchAll(/^\| (\S*oci\S*) \|/gm),
    ];
    expect(ofImages(steps)).toEqual(told.map(([, id]) => id));
    expect(steps.find(({ id }) => id === 'revision')?.after).toContain('oci.built');
    expect(steps.find(({ id }) => id === 'published')?.after).toContain('smoke.oci');
    expect(ofImages(planRefreshSteps(stepArgs()))).toEqual(['oci.plan']);
  });

  it('fetch nothing in an import', () => {
    const steps = importBundleSteps({ ...exampleImport, ...stepArgs() });
    expect(ofImages(steps)).toEqual(['oci.built', 'smoke.oci']);
    expect(steps.find(({ id }) => id === 'oci.built')?.after).toEqual(['unpacked']);
  });
});

describe('parseMirrorSpec()', () => {
  it('fills in Docker Hub, this platform and signatures', () => {
    const parsed = parseMirrorSpec(withRegistry());
    expect(parsed).toMatchObject({
      value: {
        oci: [
          { url: 'https://registry-1.docker.io', platforms: ['linux/amd64'], images: [{ signatures: true }] },
        ],
      },
    });
  });

  it.each([
    ['oci.0.name', withRegistry({ name: 'staging' })],
    ['oci.0.name', withRegistry({ name: '../x' })],
    ['oci.0.url', withRegistry({ url: 'https://user:hunter2@hub.test' })],
    ['oci.0.images', withRegistry({ images: [] })],
    ['oci.0.images.0.name', withRegistry({}, { name: '../../etc' })],
    ['oci.0.images.0.name', withRegistry({}, { name: 'Library/Busybox' })],
    ['oci.0.images.0.tags', withRegistry({}, { tags: [] })],
    ['oci.0.images.0.tags.0', withRegistry({}, { tags: ['a b'] })],
    ['oci.0.images.0.tags.0', withRegistry({}, { tags: ['-x'] })],
    ['oci.0.images.0.platforms.0', withRegistry({}, { platforms: ['amd64'] })],
  ])('refuses a bad value at %s, without its text', (path, raw) => {
    const parsed = parseMirrorSpec(raw);
    if (parsed.ok) throw new Error('it was taken');
    expect(parsed.issues.map((issue) => issue.path)).toContain(path);
    expect(JSON.stringify(parsed.issues)).not.toContain('hunter2');
  });
});
