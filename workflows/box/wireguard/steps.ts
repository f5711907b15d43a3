// SPDX-License-Identifier: Apache-2.0
// The box's end of its tunnels. What clients need of it is written with the access files. Pure.
import type { WireguardSpec } from '../../contracts/box/wireguard.ts';
import { fileCalls, unitStep, type Steps } from '../calls.ts';
import type { BoxPlan } from '../plan.ts';
import { clientsFile, wireguardFiles, wireguardUnit } from './files.ts';

export function wireguardSteps(plan: BoxPlan, wireguard: WireguardSpec): Steps {
  const files = wireguardFiles(plan, wireguard);
  return {
    'wireguard.clients': {
      title: 'Clients of the tunnels configured',
      after: ['boot', 'secrets'],
      ...fileCalls(plan.box, [clientsFile(wireguard)]),
    },
    'wireguard.config': { title: 'Tunnels configured', ...fileCalls(plan.box, files) },
    'wireguard.service': {
      title: 'Tunnels open for clients',
      ...unitStep(plan, { unit: wireguardUnit, files }),
    },
  };
}
