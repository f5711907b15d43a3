// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { debArgs, ociArgs, pypiArgs } from '../../workflows/box/mirror/model.ts';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { changeMirrorSteps } from '../../workflows/operations/change-mirror/steps.ts';
import { readFile } from '../boundary/source-files.ts';
import { expectGolden, goldenText } from './golden.ts';

function example() {
  const parsed = parseMirrorSpec(parse(readFile('examples/mirror.yaml').text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  const spec = parsed.value;
  const deb = debArgs(spec, 'http://archive.test/debian');
  const pypi = pypiArgs(spec, 'https://index.test/simple');
  return { spec, args: { box: spec.name, keep: spec.keep, deb, pypi, oci: ociArgs(spec) } };
}

const base = 'b'.repeat(64);

const idsOf = (steps: readonly { readonly id: string }[]): string[] => steps.map(({ id }) => id);

describe('changeMirrorSteps()', () => {
  it('builds the table of the file when a Python project is added', () => {
    const { spec, args } = example();
    expectGolden(
      'mirror/change-mirror.golden',
      goldenText(changeMirrorSteps(args, { spec, base, kind: 'pypi' })),
    );
  });

  it('keeps no kind when nothing is published yet, and builds none when the last of a kind went', () => {
    const { spec, args } = example();
    const whole = idsOf(changeMirrorSteps(args, { spec, base, kind: null }));
    expect(whole).toContain('deb.pinned');
    expect(whole).not.toContain('kept');
    const steps = changeMirrorSteps(
      { ...args, pypi: { ...args.pypi, indexes: [] } },
      { spec, base, kind: 'pypi' },
    );
    expect(idsOf(steps).filter((id) => id.includes('.'))).toEqual([]);
    expect(steps.find(({ id }) => id === 'recorded')?.after).toEqual(['sbom', 'staged']);
  });
});
