// SPDX-License-Identifier: Apache-2.0
import { describe, it } from 'vitest';
import { parse } from 'yaml';
import { mirrorProfile } from '../../profiles/index.ts';
import { debArgs, ociArgs, pypiArgs } from '../../workflows/box/mirror/model.ts';
import { parseMirrorSpec } from '../../workflows/contracts/mirror/mirror-spec.schema.ts';
import { exportBundleSteps } from '../../workflows/operations/export-bundle/steps.ts';
import { importBundleSteps } from '../../workflows/operations/import-bundle/steps.ts';
import { installMirrorSteps } from '../../workflows/operations/install-mirror/steps.ts';
import { pushImagesSteps } from '../../workflows/operations/push-images/steps.ts';
import { refreshMirrorsSteps } from '../../workflows/operations/refresh-mirrors/steps.ts';
import { exampleExport, exampleImport } from './bundles/example-bundle.ts';
import { readFile } from '../boundary/source-files.ts';
import { expectGolden, goldenText } from './golden.ts';

function example() {
  const parsed = parseMirrorSpec(parse(readFile('examples/mirror.yaml').text));
  if (!parsed.ok) throw new Error(JSON.stringify(parsed.issues));
  return parsed.value;
}

const facts = {
  profile: mirrorProfile,
  sources: { text: 'Types: deb\n', releases: ['http://archive.test/debian/InRelease'], aptOptions: [] },
  ownMirror: 'http://archive.test/debian',
  ownIndex: 'https://index.test/simple',
  digest: (text: string): string => text.length.toString(16).padStart(16, '0'),
};

describe('golden tables of mirrors', () => {
  it('installMirrorSteps() builds the table of the file when the spec is the example', () => {
    expectGolden('mirror/install-mirror.golden', goldenText(installMirrorSteps(example(), facts)));
  });

  it('refreshMirrorsSteps() builds the table of the file when a schedule asks', () => {
    const spec = example();
    const deb = debArgs(spec, facts.ownMirror);
    const pypi = pypiArgs(spec, facts.ownIndex);
    const args = { box: spec.name, keep: spec.keep, deb, pypi, oci: ociArgs(spec) };
    const steps = refreshMirrorsSteps(args, true);
    expectGolden('mirror/refresh-mirrors.golden', goldenText(steps));
  });

  it('pushImagesSteps() builds the table of the file', () => {
    const steps = pushImagesSteps({ box: 'local-mirror', to: 'http://registry.test:5000/mirrored' });
    expectGolden('mirror/push-images.golden', goldenText(steps));
  });

  it('exportBundleSteps() and importBundleSteps() build the tables of their files', () => {
    const spec = example();
    const deb = debArgs(spec, facts.ownMirror);
    const pypi = pypiArgs(spec, facts.ownIndex);
    const written = exportBundleSteps({ ...exampleExport, deb: deb.sources, pypi: pypi.indexes, oci: [] });
    expectGolden('mirror/export-bundle.golden', goldenText(written));
    expectGolden(
      'mirror/import-bundle.golden',
      goldenText(importBundleSteps({ ...exampleImport, deb, pypi, oci: ociArgs(spec) })),
    );
  });
});
