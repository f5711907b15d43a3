// SPDX-License-Identifier: Apache-2.0
// Images that a spec names by URL and digest: what is refused, and the two steps that each gets.
import { describe, expect, it } from 'vitest';
import { digest } from '../../activities/operation/builds/build.ts';
import { profiles } from '../../profiles/index.ts';
import { parseBoxSpec } from '../../workflows/contracts/box/box-spec.schema.ts';
import { installBoxSteps } from '../../workflows/operations/install-box/steps.ts';

const management = { cidr: '10.77.1.0/24', address: '10.77.1.2', gateway: '10.77.1.1' };
const facts = {
  profile: profiles['debian-13'],
  processors: 2,
  digest,
  sources: { text: '', releases: [], aptOptions: [] },
};
const trixie = {
  name: 'Debian 13',
  url: 'https://images.example.org/13.qcow2',
  digest: `sha512:${'0a'.repeat(64)}`,
};

const parsed = (images: readonly object[], extra: object = {}) =>
  parseBoxSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Box',
    name: 'lab',
    networks: { management },
    seeds: { images },
    ...extra,
  });

function pathsOf(images: readonly object[], extra: object = {}): string[] {
  const result = parsed(images, extra);
  return result.ok ? [] : result.issues.map(({ path }) => path);
}

describe('images of a spec', () => {
  it('parseBoxSpec() refuses what is no address, no digest, no format and twice the same name, each by its path', () => {
    expect(pathsOf([trixie, { ...trixie, name: 'Debian 12' }])).toEqual([]);
    expect(pathsOf([{ ...trixie, url: 'file:///etc/passwd' }])).toEqual(['seeds.images.0.url']);
    expect(pathsOf([{ ...trixie, digest: 'sha512:0a0a' }])).toEqual(['seeds.images.0.digest']);
    expect(pathsOf([{ ...trixie, digest: 'md5:0a0a' }])).toEqual(['seeds.images.0.digest']);
    expect(pathsOf([{ ...trixie, diskFormat: 'zip' }])).toEqual(['seeds.images.0.diskFormat']);
    expect(pathsOf([{ ...trixie, name: '-rf' }])).toEqual(['seeds.images.0.name']);
    expect(pathsOf([trixie, { ...trixie, name: 'debian_13' }])).toEqual(['seeds.images.1.name']);
    expect(pathsOf([trixie], { services: ['identity'] })).toEqual(['seeds.images']);
  });

  it('installBoxSteps() fetches each before it offers it, and has no such step when a spec names none', () => {
    const result = parsed([{ ...trixie, properties: { os_distro: 'debian', os_version: 13 } }]);
    if (!result.ok) throw new Error(JSON.stringify(result.issues));
    const steps = new Map(installBoxSteps(result.value, facts).map((step) => [step.id, step]));
    expect(steps.get('image-file.debian-13')?.apply?.args).toEqual({
      box: 'lab',
      url: trixie.url,
      digest: trixie.digest,
    });
    const seed = steps.get('seeds.image.debian-13');
    expect(seed?.after).toContain('image-file.debian-13');
    expect(seed?.apply?.args).toMatchObject({
      name: 'Debian 13',
      diskFormat: 'qcow2',
      fileDigest: trixie.digest,
      properties: { os_distro: 'debian', os_version: '13' },
    });
    const none = parsed([]);
    const ids = none.ok ? installBoxSteps(none.value, facts).map(({ id }) => id) : [];
    expect(ids.filter((id) => /^(image-file|seeds\.image)\./.test(id))).toEqual([]);
  });
});
