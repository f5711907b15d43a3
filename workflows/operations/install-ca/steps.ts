// SPDX-License-Identifier: Apache-2.0
// InstallAuthority as a table: the steps of every box, then step-ca and the web server. No certificate serves yet. Pure.
import { serverFiles } from '../../box/authority/files.ts';
import { serverBase, type ServerFacts } from '../../box/authority/model.ts';
import { fileCalls } from '../../box/calls.ts';
import { baseSteps } from '../../box/foundation/base.ts';
import type { AuthoritySpec } from '../../contracts/authority/authority-spec.ts';
import type { AuthorityServer } from '../../contracts/authority/server-spec.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import { effect } from '../../ports/index.ts';

export function installAuthoritySteps(
  spec: AuthoritySpec,
  server: AuthorityServer,
  facts: ServerFacts,
): CompiledStep[] {
  const base = serverBase(spec, server, facts);
  const { box } = base;
  const files = serverFiles(server.names);
  const health = { url: 'http://127.0.0.1:80/health', statuses: [200, 300] };
  const unit = { box, unit: 'nginx.service', files: [files[0]?.path ?? ''], health };
  return table({
    ...baseSteps(base, facts.sources),
    'ca.program': {
      title: 'step-ca built',
      after: ['root'],
      profile: 'build',
      cancel: 'kill',
      exclusive: ['step-ca'],
      ...effect('observeServerProgram', 'provideServerProgram', { box }),
    },
    'ca.config': {
      title: 'Files of web server and ACME client',
      after: ['boot'],
      ...fileCalls(box, files),
    },
    'ca.web': {
      title: 'Web server runs',
      settleSeconds: 30,
      tries: 2,
      ...effect('observeUnit', 'ensureUnit', unit),
    },
  });
}
