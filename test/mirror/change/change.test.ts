// SPDX-License-Identifier: Apache-2.0
// One thing more or less in a mirror's spec: as its ecosystem writes it, shown as a difference, refused with a suggestion.
import { describe, expect, it } from 'vitest';
import { changeOf, type ChangeRequest } from '../../../workflows/contracts/mirror/change/change.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import type { MirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.ts';

const specOf = (sources: object): MirrorSpec => {
  const parsed = parseMirrorSpec({
    apiVersion: 'holdfast/v1',
    kind: 'Mirror',
    name: 'lab-mirror',
    network: { cidr: '10.1.2.0/24', address: '10.1.2.2', gateway: '10.1.2.1' },
    ...sources,
  });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
};

const spec = specOf({
  deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello', 'jq'] }],
  pypi: [{ name: 'python', projects: [{ name: 'requests', versions: '>=2, <3' }, { name: 'idna' }] }],
  oci: [
    { name: 'hub', images: [{ name: 'library/busybox', tags: ['stable'] }] },
    { name: 'red', url: 'https://quay.io', images: [{ name: 'podman/hello', tags: ['v1', 'v2'] }] },
  ],
});

const asked = (
  action: ChangeRequest['action'],
  kind: ChangeRequest['kind'],
  item: string,
  to: string | null = null,
) => changeOf(spec, { action, kind, item, to });

/** Also that the schema takes what came of it, unchanged. */
function linesOf(...words: Parameters<typeof asked>): readonly string[] {
  const changed = asked(...words);
  if (!changed.ok) throw new Error(changed.problem);
  const parsed = parseMirrorSpec(changed.spec);
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  expect(parsed.value).toEqual(changed.spec);
  return changed.lines;
}

describe('changeOf()', () => {
  it.each([
    ['add', 'deb', 'curl', ['+ deb debian: curl']],
    ['add', 'deb', 'jq', []],
    ['remove', 'deb', 'jq', ['- deb debian: jq']],
    ['add', 'pypi', 'Six', ['+ pypi python: six']],
    ['add', 'pypi', 'Requests>=2.31', ['- pypi python: requests >=2, <3', '+ pypi python: requests >=2.31']],
    ['add', 'pypi', 'requests >=2, <3', []],
    ['remove', 'pypi', 'requests', ['- pypi python: requests >=2, <3']],
    ['add', 'oci', 'docker.io/library/busybox:1', ['+ oci hub: library/busybox:1']],
    ['add', 'oci', 'hub/library/alpine:3', ['+ oci hub: library/alpine:3']],
    ['add', 'oci', 'quay.io/podman/hello:v1', []],
    ['add', 'oci', 'ghcr.io/some/thing:v1', ['+ oci ghcr-io: some/thing:v1']],
    ['remove', 'oci', 'red/podman/hello:v1', ['- oci red: podman/hello:v1']],
    ['remove', 'oci', 'podman/hello:v1', ['- oci red: podman/hello:v1']],
    ['remove', 'oci', 'hub/library/busybox:stable', ['- oci hub: library/busybox:stable']],
  ] as const)('%s %s %s', (action, kind, item, lines) => {
    expect(linesOf(action, kind, item)).toEqual(lines);
  });

  it('names the upstream of a registry that it makes of a host', () => {
    const changed = asked('add', 'oci', 'ghcr.io/some/thing:v1');
    expect(changed.ok && (changed.spec as MirrorSpec).oci?.at(-1)).toMatchObject({
      name: 'ghcr-io',
      url: 'https://ghcr.io',
      images: [{ name: 'some/thing', tags: ['v1'] }],
    });
  });

  it('makes the first index of Python projects, and takes the last project with its index', () => {
    const bare = specOf({ deb: [{ name: 'debian', suites: ['trixie'], packages: ['hello'] }] });
    const first = changeOf(bare, { action: 'add', kind: 'pypi', item: 'six<2', to: null });
    expect(first).toMatchObject({ ok: true, lines: ['+ pypi python: six <2'] });
    const parsed = parseMirrorSpec(first.ok ? first.spec : null);
    if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
    const last = changeOf(parsed.value, { action: 'remove', kind: 'pypi', item: 'six', to: null });
    expect(last.ok && parseMirrorSpec(last.spec)).toEqual({ ok: true, value: bare });
  });

  it.each([
    ['remove', 'deb', 'helo', null, 'debian of lab-mirror names no package helo', 'Did you mean hello?'],
    ['remove', 'pypi', 'request', null, 'names no Python project request', 'Did you mean requests?'],
    [
      'remove',
      'oci',
      'hub/library/busybox:stabel',
      null,
      'names no tag',
      'Did you mean library/busybox:stable?',
    ],
    ['add', 'deb', 'curl; rm', null, 'is not a package', 'Write it as the name of a Debian package'],
    ['add', 'pypi', 'requests[socks]', null, 'is not a Python project', 'Write it as a project'],
    ['add', 'pypi', '../x', null, 'is not a Python project', 'Write it as a project'],
    ['add', 'oci', 'hub/library/busybox', null, 'is not a tag of an image', 'REGISTRY/REPOSITORY:TAG'],
    ['add', 'oci', 'library/alpine:3', null, 'Name the source of oci', '--to hub or --to red'],
    ['add', 'deb', 'curl', 'debain', 'There is no source debain under deb', 'Did you mean debian?'],
  ] as const)('refuses %s %s %s to %s', (action, kind, item, to, problem, detail) => {
    const changed = asked(action, kind, item, to);
    if (changed.ok) throw new Error('it was taken');
    expect(changed.problem).toContain(problem);
    expect(changed.details.join('\n')).toContain(detail);
  });

  it('refuses a package for a mirror without a Debian source: nobody can guess its suites', () => {
    const bare = specOf({ pypi: [{ name: 'python', projects: [{ name: 'six' }] }] });
    expect(changeOf(bare, { action: 'add', kind: 'deb', item: 'curl', to: null })).toMatchObject({
      ok: false,
      problem: 'The mirror has no source under deb',
    });
  });
});
