// SPDX-License-Identifier: Apache-2.0
// A mirror whose spec names galaxies has their steps in a refresh, a change and an import; no other mirror has.
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { mirrorProfile } from '../../../profiles/index.ts';
import { ansibleArgs, debArgs, mirrorBase, ociArgs, pypiArgs } from '../../../workflows/box/mirror/model.ts';
import { parseMirrorSpec } from '../../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { changeMirrorSteps } from '../../../workflows/operations/change-mirror/steps.ts';
import { importBundleSteps } from '../../../workflows/operations/import-bundle/steps.ts';
import {
  planRefreshSteps,
  refreshMirrorsSteps,
} from '../../../workflows/operations/refresh-mirrors/steps.ts';
import { readFile } from '../../boundary/source-files.ts';
import { exampleImport } from '../../plans/bundles/example-bundle.ts';
import { expectGolden, goldenText } from '../../plans/golden.ts';

const example = readFile('examples/mirror.yaml').text;
const galaxies = [{ name: 'galaxy', collections: [{ name: 'community.general', versions: '>=8' }] }];

function exampleOf(more: object) {
  const parsed = parseMirrorSpec({ ...(parse(example) as object), ...more });
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

function stepArgs() {
  const spec = exampleOf({ ansible: galaxies });
  const deb = debArgs(spec, 'http://archive.test/debian');
  const pypi = pypiArgs(spec, 'http://index.test');
  return {
    spec,
    args: { box: spec.name, keep: 5, deb, pypi, oci: ociArgs(spec), ansible: ansibleArgs(spec) },
  };
}

const ofGalaxies = (steps: readonly { readonly id: string }[]): string[] =>
  steps.map(({ id }) => id).filter((id) => id.includes('ansible'));

describe('steps of Ansible galaxies', () => {
  it('are those that refresh-mirrors/README.md tells, and lead to the revision', () => {
    const { args } = stepArgs();
    const steps = refreshMirrorsSteps(args, false);
    const told = [
      ...readFile('workflows/operations/refresh-mirrors/README.md').text.matchAll(/^\| (\S*ansible\S*) \|/gm),
    ];
    expect(ofGalaxies(steps)).toEqual(told.map(([, id]) => id));
    expect(steps.find(({ id }) => id === 'revision')?.after).toContain('ansible.built');
    expect(steps.find(({ id }) => id === 'published')?.after).toContain('smoke.ansible');
    expect(ofGalaxies(planRefreshSteps(args))).toEqual(['ansible.plan']);
    const own = steps.filter(({ id }) => id.includes('ansible'));
    expectGolden('mirror/refresh-mirrors.ansible.golden', goldenText(own));
  });

  it('are alone in a change of a collection, and fetch nothing in an import', () => {
    const { spec, args } = stepArgs();
    const changed = changeMirrorSteps(args, { spec, base: 'b'.repeat(64), kind: 'ansible' }).map(
      ({ id }) => id,
    );
    expect(changed.filter((id) => id.endsWith('.pinned'))).toEqual(['ansible.pinned']);
    const steps = importBundleSteps({ ...exampleImport, ...args });
    expect(ofGalaxies(steps)).toEqual(['ansible.built', 'smoke.ansible']);
    expect(steps.find(({ id }) => id === 'ansible.built')?.after).toEqual(['unpacked']);
  });

  it('has ansible-core in the box of a mirror that needs it, and in no other', () => {
    const facts = {
      profile: mirrorProfile,
      sources: { text: '', releases: [], aptOptions: [] },
      ownMirror: '',
      ownIndex: '',
      digest: (text: string): string => text.length.toString(16).padStart(16, '0'),
    };
    const packagesOf = (more: object) => mirrorBase(exampleOf(more), facts).packages;
    expect(packagesOf({ ansible: galaxies })).toContain('ansible-core');
    expect(packagesOf({})).not.toContain('ansible-core');
    const key = `ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI${'A'.repeat(43)}`;
    const far = { deb: [], pypi: [], receives: { site: 'near-mirror', signers: [key] } };
    expect(packagesOf(far)).toContain('ansible-core');
  });

  it('stand in the example as a comment that works', () => {
    const commented = /^# (ansible:\n(?:#.*\n)+)/m.exec(example)?.[1]?.replaceAll(/^# ?/gm, '') ?? '';
    expect(exampleOf(parse(commented) as object).ansible?.[0]).toMatchObject({ name: 'galaxy' });
  });
});
