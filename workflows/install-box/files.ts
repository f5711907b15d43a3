// SPDX-License-Identifier: Apache-2.0
// The configuration files of a box. Text only; none holds a secret, since services log in by certificate.
import type { BoxSpec } from '../contracts/box-spec.ts';
import type { ReleaseProfile } from '../contracts/release-profile.ts';
import type { FileArgs } from '../ports/host.ts';
import type { BoxPlan } from './plan.ts';

const heading = '# Written by holdfast; a change by hand is a difference that the next install takes back.\n';

const file = (
  path: string,
  owner: string,
  mode: string,
  lines: readonly string[],
  mark = heading,
): FileArgs => ({
  path,
  mode,
  owner,
  group: owner,
  content: `${mark}${lines.join('\n')}\n`,
});

export function postgresFiles({ postgres }: ReleaseProfile, plan: BoxPlan): FileArgs[] {
  const directory = `/etc/postgresql/${postgres.version}/main`;
  const data = `/var/lib/postgresql/${postgres.version}/main`;
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
      'ssl = on',
      `ssl_min_protocol_version = 'TLSv1.3'`,
      `ssl_ca_file = '${plan.authorityPath}'`,
      `ssl_cert_file = '${plan.paths.postgres.certificate}'`,
      `ssl_key_file = '${plan.paths.postgres.key}'`,
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
    file(`/etc/systemd/system/postgresql@${postgres.version}-main.service.d/holdfast.conf`, 'root', '644', [
      '[Service]',
      'TimeoutStartSec=60',
    ]),
  ];
}

export function keystoneFiles({ keystone, postgres }: ReleaseProfile, plan: BoxPlan): FileArgs[] {
  const { certificate, key } = plan.paths.keystone;
  const tls = `sslmode=verify-full&sslrootcert=${plan.authorityPath}&sslcert=${certificate}&sslkey=${key}`;
  return [
    file('/etc/keystone/keystone.conf', 'keystone', '640', [
      '[DEFAULT]',
      'log_dir = /var/log/keystone',
      '',
      '[database]',
      // psycopg2 on every release: with psycopg 3 two services' online migrations break.
      `connection = postgresql+psycopg2://keystone@127.0.0.1:${postgres.port}/keystone?${tls}`,
      '',
      '[token]',
      'provider = fernet',
      '',
      '[oslo_middleware]',
      'enable_proxy_headers_parsing = true',
    ]),
    file('/etc/keystone/holdfast-uwsgi.ini', 'root', '644', [
      '[uwsgi]',
      `http-socket = 127.0.0.1:${keystone.backendPort}`,
      'wsgi-file = /usr/bin/keystone-wsgi-public',
      'plugins = python3',
      'master = true',
      `processes = ${keystone.uwsgi.processes}`,
      `threads = ${keystone.uwsgi.threads}`,
      'enable-threads = true',
      'lazy-apps = true',
      'thunder-lock = true',
      'need-app = true',
      // HAProxy asks every second; only what went wrong is worth a line.
      'disable-logging = true',
      'log-4xx = true',
      'log-5xx = true',
      'die-on-term = true',
      'no-orphans = true',
      'buffer-size = 65535',
      // Keep-alive clients meet reset connections otherwise.
      'add-header = Connection: close',
      'chdir = /var/lib/keystone',
    ]),
    file('/etc/systemd/system/keystone.service.d/holdfast.conf', 'root', '644', [
      '[Service]',
      'ExecStart=',
      'ExecStart=/usr/bin/uwsgi_python3 --ini /etc/keystone/holdfast-uwsgi.ini',
      // After a reboot the database may need longer than Keystone's first look at it.
      'Restart=always',
      'RestartSec=2',
    ]),
  ];
}

export function haproxyFiles(spec: BoxSpec, { keystone }: ReleaseProfile, plan: BoxPlan): FileArgs[] {
  const { address } = spec.networks.management;
  return [
    file('/etc/haproxy/haproxy.cfg', 'root', '644', [
      'global',
      '  log /dev/log local0',
      '  user haproxy',
      '  group haproxy',
      '  ssl-default-bind-options ssl-min-ver TLSv1.2',
      '',
      'defaults',
      '  mode http',
      '  log global',
      '  option httplog',
      '  option forwardfor',
      '  timeout connect 5s',
      '  timeout client 120s',
      '  timeout server 120s',
      '',
      'frontend identity',
      `  bind ${address}:${keystone.publicPort} ssl crt ${plan.paths.haproxy}`,
      '  http-request set-header X-Forwarded-Proto https',
      '  default_backend keystone',
      '',
      'backend keystone',
      '  option httpchk GET /v3',
      `  server keystone 127.0.0.1:${keystone.backendPort} check inter 1s downinter 200ms fastinter 200ms fall 3 rise 1`,
    ]),
  ];
}
