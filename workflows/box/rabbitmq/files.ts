// SPDX-License-Identifier: Apache-2.0
// RabbitMQ's configuration: TLS on loopback, logins by client certificate alone, so that no password exists.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file } from '../file.ts';

export const definitionsPath = '/etc/rabbitmq/definitions.json';

/** Services that speak over RabbitMQ; each is a user whose name is its certificate's. */
export const brokerUsersOf = ({ spec }: BoxPlan): string[] => [
  'neutron',
  'nova',
  ...(spec.services.includes('volume') ? ['cinder'] : []),
];

export function rabbitmqFiles(plan: BoxPlan): FileArgs[] {
  const { profile, authorityPath, pair } = plan;
  const { certificate, key } = pair('rabbitmq');
  return [
    file('/etc/rabbitmq/rabbitmq.conf', 'rabbitmq', '644', [
      'listeners.tcp = none',
      `listeners.ssl.1 = 127.0.0.1:${profile.rabbitmq.port}`,
      `ssl_options.cacertfile = ${authorityPath}`,
      `ssl_options.certfile = ${certificate}`,
      `ssl_options.keyfile = ${key}`,
      'ssl_options.verify = verify_peer',
      'ssl_options.fail_if_no_peer_cert = true',
      'ssl_options.versions.1 = tlsv1.3',
      'ssl_options.versions.2 = tlsv1.2',
      'auth_mechanisms.1 = EXTERNAL',
      'ssl_cert_login_from = common_name',
      `load_definitions = ${definitionsPath}`,
    ]),
    file('/etc/rabbitmq/rabbitmq-env.conf', 'rabbitmq', '644', [
      'NODENAME=rabbit@localhost',
      // The port mapper and the ports between nodes are for this one node.
      'export ERL_EPMD_ADDRESS=127.0.0.1',
      'SERVER_ADDITIONAL_ERL_ARGS="-kernel inet_dist_use_interface {127,0,0,1}"',
    ]),
    bare('/etc/rabbitmq/enabled_plugins', '[rabbitmq_auth_mechanism_ssl].\n'),
    bare(definitionsPath, `${JSON.stringify(definitions(brokerUsersOf(plan)), null, 2)}\n`),
    // The port mapper comes up with the broker; the packaged socket listens on all addresses.
    file('/etc/systemd/system/epmd.socket.d/holdfast.conf', 'root', '644', [
      '[Socket]',
      'ListenStream=',
      'ListenStream=127.0.0.1:4369',
    ]),
    dropIn('rabbitmq-server.service', ['Restart=always', 'RestartSec=2']),
  ];
}

/** An empty hash is the hash of no password. */
function definitions(brokerUsers: readonly string[]) {
  const all = '.*';
  return {
    vhosts: [{ name: '/' }],
    users: brokerUsers.map((name) => ({
      name,
      password_hash: '',
      hashing_algorithm: 'rabbit_password_hashing_sha256',
      tags: [],
    })),
    permissions: brokerUsers.map((user) => ({ user, vhost: '/', configure: all, write: all, read: all })),
  };
}

/** These two are no place for a comment. */
const bare = (path: string, content: string): FileArgs => ({
  path,
  mode: '644',
  owner: 'rabbitmq',
  group: 'rabbitmq',
  content,
});
