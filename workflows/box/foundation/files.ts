// SPDX-License-Identifier: Apache-2.0
// The names a box knows itself by. Without its own, RabbitMQ asks a name server for seconds at every connection.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { file } from '../file.ts';

export function nameFiles({ box, spec }: BoxPlan): FileArgs[] {
  const { name } = spec.access;
  const names = [box, ...(name === undefined ? [] : [name])].join(' ');
  return [
    file('/etc/hosts', 'root', '644', [
      '127.0.0.1 localhost',
      '::1 localhost ip6-localhost ip6-loopback',
      `${spec.networks.management.address} ${names}`,
    ]),
  ];
}
