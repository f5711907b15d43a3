// SPDX-License-Identifier: Apache-2.0
// Builds the tables of bundles and pushes. What lies on a medium is judged here, before a run changes anything.
import { bundleKeyOf, bundledArgs } from '../../../workflows/box/mirror/model.ts';
import type {
  ExportBundleInput,
  ImportBundleInput,
  MirrorSpec,
  PushImagesInput,
} from '../../../workflows/contracts/mirror/mirror-spec.ts';
import { exportBundleSteps } from '../../../workflows/operations/export-bundle/steps.ts';
import { importBundleSteps } from '../../../workflows/operations/import-bundle/steps.ts';
import { pushImagesSteps } from '../../../workflows/operations/push-images/steps.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { readSignedBundle } from '../../clients/bundle/bundle-file.ts';
import { readReceived } from '../../clients/bundle/ledger.ts';
import { readSignedReceipt } from '../../clients/bundle/receipt-file.ts';
import { dataDirectory } from '../../hosts/places.ts';
import { invalid } from '../inputs.ts';
import { toldOf, type Build } from './build.ts';
import { knownMirror, refreshArgs, requireUpstream } from './mirror.ts';

const ofExport: Build<ExportBundleInput> = async (input, stateDirectory, surroundings) => {
  const { name, folder, since, segmentBytes, takeOver } = input;
  const spec = await knownMirror(name, stateDirectory);
  requireUpstream(spec);
  const { receivers = [] } = spec;
  const { deb, pypi, oci, ansible, git } = await refreshArgs(spec, surroundings);
  const steps = exportBundleSteps({
    box: name,
    folder,
    since:
      since === null
        ? null
        : { path: since, digest: (await readSignedReceipt(since, name, receivers)).digest },
    receivers,
    segmentBytes,
    key: bundleKeyOf(name),
    deb: deb.sources,
    pypi: pypi.indexes,
    oci: oci.registries,
    ...(ansible !== undefined && { ansible: ansible.servers }),
    ...(git !== undefined && { git: git.repositories }),
  });
  return {
    subject: name,
    steps,
    lease: name,
    takeOver,
    input: { name, folder, since },
    notify: toldOf(spec),
  };
};

const ofPush: Build<PushImagesInput> = async ({ name, to, takeOver }, stateDirectory) => {
  const spec = await knownMirror(name, stateDirectory);
  const steps = pushImagesSteps({ box: name, to });
  // Its lease: what is pushed is not collected meanwhile.
  return { subject: name, steps, lease: name, takeOver, input: { name, to }, notify: toldOf(spec) };
};

const ofImport: Build<ImportBundleInput> = async ({ name, folder, takeOver }, stateDirectory) => {
  const spec = await knownMirror(name, stateDirectory);
  const receives = receivesOf(spec);
  const last = await readReceived(dataDirectory(name));
  const { bundle, digest } = await readSignedBundle(folder, receives, last);
  const steps = importBundleSteps({
    box: name,
    folder,
    bundle: digest,
    receives,
    keep: spec.keep,
    key: bundleKeyOf(name),
    ...bundledArgs(spec, bundle),
  });
  const input = { name, folder, bundle: digest };
  return { subject: name, steps, lease: name, takeOver, input, notify: toldOf(spec) };
};

/** @throws ApplicationFailure InvalidInput for a site with sources of its own */
function receivesOf({ name, receives }: MirrorSpec): NonNullable<MirrorSpec['receives']> {
  if (receives !== undefined) return receives;
  const message = `The mirror ${name} takes no bundles: its file names no site under receives`;
  throw invalid([{ path: 'name', message }]);
}

export const bundleBuilds = {
  [operations.exportBundle.slug]: ofExport,
  [operations.importBundle.slug]: ofImport,
  [operations.pushImages.slug]: ofPush,
};
