// SPDX-License-Identifier: Apache-2.0
// Makes RabbitMQ know its users and what they may do, from the file of definitions. Removes no user.
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import type { RabbitmqPort } from '../../workflows/ports/cloud/rabbitmq.ts';
import { Failure } from '../clients/failure.ts';
import type { Host } from '../hosts/host.ts';
import type { Clients } from '../clients/index.ts';
import { applying, observing } from '../step-scope.ts';

interface Permission {
  readonly user: string;
  readonly configure: string;
  readonly write: string;
  readonly read: string;
}

export function brokerUserActivities({ inside }: Clients): RabbitmqPort {
  return {
    observeBrokerUsers: observing(async ({ box, users }) => {
      const permissions = await permissionsOf(inside(box));
      return users.flatMap((user) => differenceOf(user, permissions.get(user)));
    }),
    importBrokerUsers: applying(async ({ box, definitionsPath }) => {
      await rabbitmqctl(inside(box), ['import_definitions', definitionsPath]);
      return undefined;
    }),
  };
}

function differenceOf(user: string, permission: Permission | undefined): Difference[] {
  const what = `user ${user} of RabbitMQ`;
  if (permission === undefined) return [{ what, have: 'may do nothing', want: 'may do everything' }];
  const { configure, write, read } = permission;
  const have = `${configure} ${write} ${read}`;
  return have === '.* .* .*' ? [] : [{ what, have, want: '.* .* .*' }];
}

async function permissionsOf(host: Host): Promise<ReadonlyMap<string, Permission>> {
  const text = await rabbitmqctl(host, ['list_permissions', '--vhost', '/', '--formatter', 'json']);
  const list = JSON.parse(text) as Permission[];
  return new Map(list.map((each) => [each.user, each]));
}

/** @throws Failure Unreachable: a broker that does not answer its own tool is starting or down */
async function rabbitmqctl(host: Host, args: readonly string[]): Promise<string> {
  const { exitCode, stdout, stderr } = await host.run(['rabbitmqctl', '--silent', ...args], {
    timeoutSeconds: 60,
  });
  if (exitCode === 0) return stdout;
  throw new Failure('Unreachable', `rabbitmqctl ${args[0] ?? ''} ended with exit code ${exitCode}`, {
    on: host.name,
    cause: (stderr || stdout).trim().split('\n')[0] ?? '',
  });
}
