// SPDX-License-Identifier: Apache-2.0
// ActivateIntermediate as a table: token, chain and CRL first, then step-ca by a switch that is tried and taken back. Pure.
import { configurationFile } from '../../box/authority/files.ts';
import { fileCalls } from '../../box/calls.ts';
import { generationFolder, type ActivateArgs, type PublishArgs } from '../../contracts/authority/server.ts';
import { table } from '../../contracts/run/build-table.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { ImportArgs } from '../../ports/authority/ca-server.ts';
import type { FileArgs } from '../../ports/host.ts';
import { call, effect } from '../../ports/index.ts';

export interface ActivatePlan {
  readonly activate: ActivateArgs;
  readonly publish: PublishArgs;
  readonly token: ImportArgs;
  /** PEM. */
  readonly root: string;
  readonly certificate: string;
}

export function activateCaSteps(plan: ActivatePlan): CompiledStep[] {
  const { activate, publish, token } = plan;
  const { box, authority } = activate;
  return table({
    server: {
      title: 'Box of the authority is on and serves',
      settleSeconds: 60,
      observe: call('observeServer', { authority, box }),
    },
    imported: {
      title: 'Token of the intermediate in the box',
      ...effect('observeTokenImported', 'importToken', token),
    },
    published: {
      title: 'Chain and CRL served',
      ...effect('observeChainPublished', 'publishChain', publish),
    },
    configured: { title: 'Files of this generation for step-ca', ...fileCalls(box, filesOf(plan)) },
    activated: {
      title: 'Leaf issued over ACME by this generation',
      profile: 'command',
      exclusive: ['step-ca'],
      tries: 1,
      ...effect('observeActivated', 'activateIntermediate', activate),
    },
    record: {
      title: 'Activation recorded',
      ...effect('observeActivationRecorded', 'recordActivation', activate),
    },
  });
}

/** A folder for each generation: to go back to one changes a link. */
function filesOf({ activate, root, certificate }: ActivatePlan): FileArgs[] {
  const folder = generationFolder(activate.generation);
  return [
    configurationFile(activate),
    pemFile(`${folder}/root.pem`, root),
    pemFile(`${folder}/intermediate.pem`, certificate),
  ];
}

const pemFile = (path: string, content: string): FileArgs => ({
  path,
  mode: '644',
  owner: 'root',
  group: 'root',
  content,
});
