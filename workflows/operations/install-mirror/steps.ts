// SPDX-License-Identifier: Apache-2.0
// InstallMirror as a table: the steps of every box, then the web server, aptly and the signing key. Pure.
import { baseSteps } from '../../box/foundation/base.ts';
import { fileCalls } from '../../box/calls.ts';
import { mirrorFiles } from '../../box/mirror/files.ts';
import {
  bundleKeyOf,
  mirrorBase,
  signingKeyOf,
  webCertificate,
  type MirrorFacts,
} from '../../box/mirror/model.ts';
import { proxySteps } from '../../box/mirror/proxy.ts';
import { table } from '../../contracts/run/build-table.ts';
import { webPort } from '../../contracts/mirror/site-paths.ts';
import type { MirrorSpec } from '../../contracts/mirror/mirror-spec.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { effect } from '../../ports/index.ts';

/** `base`: SHA-256 of the only recorded spec that may be replaced; default: any. */
export function installMirrorSteps(spec: MirrorSpec, facts: MirrorFacts, base?: string): CompiledStep[] {
  const { name: box } = spec;
  const files = mirrorFiles(spec.deb, webCertificate);
  const signing = { box, reference: signingKeyOf(box) };
  const bundles = { box, reference: bundleKeyOf(box) };
  const read = [files[0]?.path ?? '', ...Object.values(webCertificate)];
  const health = { url: `http://127.0.0.1:${webPort}/health`, statuses: [200, 300] };
  const unit = { box, unit: 'nginx.service', files: read, health };
  return table({
    ...baseSteps(mirrorBase(spec, facts, base), facts.sources),
    'mirror.config': { title: 'Files of web server and aptly', after: ['boot'], ...fileCalls(box, files) },
    'mirror.key': {
      title: 'Signing key of the mirror',
      after: ['boot', 'secrets'],
      ...effect('observeSigningKey', 'ensureSigningKey', signing),
    },
    'mirror.bundle-key': {
      title: 'Key of bundles and receipts',
      after: ['root', 'secrets'],
      ...effect('observeBundleKey', 'ensureBundleKey', bundles),
    },
    'mirror.web': {
      title: 'Web server runs',
      after: ['mirror.config', 'certificates'],
      settleSeconds: 30,
      tries: 2,
      ...effect('observeUnit', 'ensureUnit', unit),
    },
    ...proxySteps(spec),
  });
}
