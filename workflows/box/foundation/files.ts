// SPDX-License-Identifier: Apache-2.0
// The names a box knows itself by. Without its own, RabbitMQ asks a name server for seconds at every connection.
import type { FileArgs } from '../../ports/host.ts';
import { file } from '../file.ts';

interface NamedBox {
  readonly box: string;
  readonly access: { readonly name?: string };
  readonly management: { readonly address: string };
  readonly names?: readonly string[];
  readonly neighbours?: readonly Neighbour[];
}

/** Another box that it reaches by name. */
export interface Neighbour {
  readonly address: string;
  readonly names: readonly string[];
}

export function nameFiles({
  box,
  access: { name },
  management,
  names: more = [],
  neighbours = [],
}: NamedBox): FileArgs[] {
  const names = [box, ...(name === undefined ? [] : [name]), ...more].join(' ');
  return [
    file('/etc/hosts', 'root', '644', [
      '127.0.0.1 localhost',
      '::1 localhost ip6-localhost ip6-loopback',
      `${management.address} ${names}`,
      ...neighbours.map((each) => `${each.address} ${each.names.join(' ')}`),
    ]),
  ];
}
