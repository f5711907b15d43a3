// SPDX-License-Identifier: Apache-2.0
// The files of an authority's box: web server, step-ca and the ACME client that tries it. Pure; names the PIN by its file.
import {
  acmeDirectory,
  challengeFolder,
  generationFolder,
  hsmConfiguration,
  hsmModule,
  liveFolder,
  pinName,
  probeFolder,
  serverPaths,
  serverUnit,
  type ActivateArgs,
} from '../../contracts/authority/server.ts';
import { dataInside } from '../../contracts/box/data-folder.ts';
import type { FileArgs } from '../../ports/host.ts';
import { file } from '../file.ts';

const inData = (path: string): string => `${dataInside}/${path}`;

const nginxFile = (): FileArgs =>
  file('/etc/nginx/nginx.conf', 'root', '644', [
    'user www-data;',
    'worker_processes auto;',
    'pid /run/nginx.pid;',
    'error_log stderr;',
    'events {}',
    'http {',
    '  types { application/pkix-crl crl; application/x-pem-file pem; }',
    '  default_type application/octet-stream;',
    '  access_log off;',
    '  server_tokens off;',
    '  server {',
    '    listen 80;',
    `    root ${inData(serverPaths.public)};`,
    '    add_header Cache-Control "no-cache";',
    `    location /.well-known/acme-challenge/ { alias ${challengeFolder}/; default_type text/plain; }`,
    '    location = /health { return 200 "ok\n"; }',
    '  }',
    '}',
  ]);

const hsmFile = (): FileArgs =>
  file(hsmConfiguration, 'root', '644', [
    `directories.tokendir = ${inData(serverPaths.token)}/tokens`,
    'objectstore.backend = file',
    'log.level = ERROR',
  ]);

/** A user that exists while the unit runs: it reads the token by its group, and owns nothing but its database. */
const unitFile = (): FileArgs =>
  file(`/etc/systemd/system/${serverUnit}`, 'root', '644', [
    '[Unit]',
    'Description=Certificate authority over ACME',
    'After=network.target nginx.service',
    `ConditionPathExists=${liveFolder}/ca.json`,
    '[Service]',
    'DynamicUser=yes',
    'User=step-ca',
    'SupplementaryGroups=softhsm',
    'StateDirectory=step-ca',
    'AmbientCapabilities=CAP_NET_BIND_SERVICE',
    `Environment=SOFTHSM2_CONF=${hsmConfiguration} STEPPATH=/var/lib/step-ca HOME=/var/lib/step-ca`,
    `ReadWritePaths=${inData(serverPaths.token)}`,
    `ExecStart=${inData(serverPaths.program)} ${liveFolder}/ca.json`,
    'Restart=on-failure',
    'RestartSec=2',
    '[Install]',
    'WantedBy=multi-user.target',
  ]);

/** Trusts nothing but the root that is live. */
const clientFile = (names: readonly string[]): FileArgs =>
  file('/etc/dehydrated/holdfast.conf', 'root', '644', [
    `CA="${acmeDirectory(names)}"`,
    `BASEDIR="${probeFolder}"`,
    `WELLKNOWN="${challengeFolder}"`,
    `CURL_OPTS="--cacert ${liveFolder}/root.pem --noproxy *"`,
    'CHALLENGETYPE="http-01"',
    'KEY_ALGO="secp384r1"',
    'IP_VERSION="4"',
  ]);

export const serverFiles = (names: readonly string[]): FileArgs[] => [
  nginxFile(),
  hsmFile(),
  unitFile(),
  clientFile(names),
];

/** What step-ca reads of one generation, beside its certificates. JSON has no comments: it stands without a heading. */
export function configurationFile(args: ActivateArgs): FileArgs {
  const { generation, names, intermediate, leafDays } = args;
  const folder = generationFolder(generation);
  const hours = `${leafDays * 24}h`;
  const pin = `${inData(serverPaths.token)}/${pinName}`;
  const configuration = {
    root: `${folder}/root.pem`,
    crt: `${folder}/intermediate.pem`,
    key: `pkcs11:id=${intermediate.id};object=${encodeURIComponent(intermediate.label)}`,
    kms: {
      type: 'pkcs11',
      uri: `pkcs11:module-path=${hsmModule};serial=${intermediate.serial}?pin-source=${pin}`,
    },
    address: ':443',
    dnsNames: names,
    logger: { format: 'text' },
    db: { type: 'badgerv2', dataSource: '/var/lib/step-ca/db' },
    authority: {
      provisioners: [
        {
          type: 'ACME',
          name: 'acme',
          challenges: ['http-01'],
          claims: { minTLSCertDuration: '5m', maxTLSCertDuration: hours, defaultTLSCertDuration: hours },
        },
      ],
    },
    tls: { minVersion: 1.2, maxVersion: 1.3 },
  };
  return {
    path: `${folder}/ca.json`,
    mode: '644',
    owner: 'root',
    group: 'root',
    content: `${JSON.stringify(configuration, null, 2)}\n`,
  };
}
