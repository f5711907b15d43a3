// SPDX-License-Identifier: Apache-2.0
// PostgreSQL's configuration: TLS, logins by certificate over loopback, the superuser by its own socket.
import type { FileArgs } from '../../ports/host.ts';
import type { BoxPlan } from '../plan.ts';
import { dropIn, file } from '../file.ts';

const clusterFolder = ({ profile }: BoxPlan): string =>
  `/var/lib/postgresql/${profile.postgres.version}/main`;

/** Written once, when the cluster is made. */
export const clusterBirth = (plan: BoxPlan): string => `${clusterFolder(plan)}/PG_VERSION`;

export function postgresFiles(plan: BoxPlan): FileArgs[] {
  const { postgres } = plan.profile;
  const directory = `/etc/postgresql/${postgres.version}/main`;
  const data = clusterFolder(plan);
  return [
    file(`${directory}/postgresql.conf`, 'postgres', '644', [
      `data_directory = '${data}'`,
      `hba_file = '${directory}/pg_hba.conf'`,
      `ident_file = '${directory}/pg_ident.conf'`,
      `external_pid_file = '/run/postgresql/${postgres.version}-main.pid'`,
      `port = ${postgres.port}`,
      // Both loopbacks: a name that resolves to ::1 first would hide the true cause of an error behind its refusal.
      `listen_addresses = '127.0.0.1, ::1'`,
      `unix_socket_directories = '/run/postgresql'`,
      `cluster_name = '${postgres.version}/main'`,
      'max_connections = 200',
      // The services' joins look dear and read little: each of Neutron's sessions loaded LLVM and compiled them anew.
      'jit = off',
      'ssl = on',
      `ssl_min_protocol_version = 'TLSv1.3'`,
      `ssl_ca_file = '${plan.authorityPath}'`,
      `ssl_cert_file = '${plan.pair('postgres').certificate}'`,
      `ssl_key_file = '${plan.pair('postgres').key}'`,
      `log_timezone = 'Etc/UTC'`,
      `timezone = 'Etc/UTC'`,
    ]),
    file(`${directory}/pg_hba.conf`, 'postgres', '640', [
      'local   all  postgres                 peer',
      'hostssl all  all       127.0.0.1/32   cert',
      'hostssl all  all       ::1/128        cert',
    ]),
    file(`${directory}/pg_ident.conf`, 'postgres', '640', []),
    file(`${directory}/start.conf`, 'postgres', '644', ['auto']),
    file(`${directory}/environment`, 'postgres', '644', []),
    file(`${directory}/pg_ctl.conf`, 'postgres', '644', [`pg_ctl_options = ''`]),
    // Debian's unit waits for ever when the server did not start.
    dropIn(`postgresql@${postgres.version}-main.service`, ['TimeoutStartSec=60']),
  ];
}
