// SPDX-License-Identifier: Apache-2.0
// Writes the shell script that a person would run instead of the workflow: the same files and commands, one after another.
import type { CompiledStep } from '../workflows/contracts/run/table.ts';
import { fillSecrets, markedSecrets } from '../workflows/contracts/box/secret-mark.ts';
import type { SecretRef } from '../workflows/contracts/box/brands.ts';
import type { MigrationProfile } from '../workflows/contracts/database/database-driver.ts';
import type { CanaryArgs } from '../workflows/ports/cloud/canary.ts';
import type { FileArgs, UnitArgs } from '../workflows/ports/host.ts';
import type { AdministratorArgs, CatalogArgs, UsersArgs } from '../workflows/ports/cloud/keystone.ts';
import type { CellsArgs } from '../workflows/ports/cloud/nova.ts';
import type { SwitchArgs } from '../workflows/ports/cloud/ovn.ts';
import type { CertificatesArgs } from '../workflows/ports/pki.ts';
import type { ClusterArgs, DatabasesArgs } from '../workflows/ports/cloud/postgres.ts';
import type {
  FlavorsArgs,
  ImageSeedArgs,
  MetadefsArgs,
  NetworkSeedArgs,
  QuotaArgs,
} from '../workflows/ports/cloud/seeds.ts';
import { configureCommand } from '../activities/ovn/switch.ts';
import { dataDirectory } from '../activities/postgres/cluster.ts';
import createCluster from '../activities/postgres/create-cluster.sh';

export interface ScriptFacts {
  /** Runs a command in the box: a prefix of shell words. */
  readonly inside: string;
  /** Path of the `openstack` client on this machine, and a folder for its files. */
  readonly openstack: string;
  readonly folder: string;
  readonly disk: string;
}

type Translate = (args: never, facts: ScriptFacts, password: (reference: SecretRef) => string) => string[];

/** The whole script, and the steps it stands for: those from the booted box to the canary. */
export function installScript(
  steps: readonly CompiledStep[],
  facts: ScriptFacts,
  password: (reference: SecretRef) => string,
): { readonly text: string; readonly steps: string[] } {
  const told = steps.filter(({ apply }) => apply !== null && apply.activity in translations);
  const lines = told.flatMap(({ id, apply }) => [
    `echo "step ${id} $(date +%s.%N)"`,
    ...(translations[apply?.activity ?? '']?.(apply?.args as never, facts, password) ?? []),
  ]);
  return { text: ['set -eu', ...functions(facts), ...lines, ''].join('\n'), steps: told.map(({ id }) => id) };
}

const functions = ({ inside, openstack }: ScriptFacts): string[] => [
  `box() { ${inside} "$@"; }`,
  `as() { user=$1; shift; box setpriv --reuid="$user" --regid="$user" --init-groups -- "$@"; }`,
  `cloud() { ${quoted(openstack)} "$@" > /dev/null; }`,
  'wait_for() { tries=0; until box sh -c "$1" > /dev/null 2>&1; do tries=$((tries + 1)); [ "$tries" -lt 600 ] || exit 1; sleep 0.2; done; }',
];

const quoted = (word: string): string => `'${word.replaceAll("'", `'\\''`)}'`;
const words = (list: readonly string[]): string => list.map(quoted).join(' ');
const base64 = (text: string): string => Buffer.from(text).toString('base64');
const sql = (database: string, statement: string): string =>
  `as postgres psql -qd ${database} -c ${quoted(statement)}`;

const translations: Readonly<Record<string, Translate>> = {
  writeFiles: (
    { files }: { files: FileArgs[] },
    _: ScriptFacts,
    password: (reference: SecretRef) => string,
  ) => files.map((file) => writeFile(file, password)),
  issueCertificates: certificates,
  createCluster: ({ version }: ClusterArgs) => [
    `box sh -c ${quoted(createCluster)} cluster ${dataDirectory(version)} ${version}`,
  ],
  ensureUnit: ({ unit, health }: UnitArgs) => [
    'box systemctl daemon-reload',
    `box systemctl enable --quiet ${unit}`,
    `box systemctl restart ${unit}`,
    `wait_for 'systemctl is-active --quiet ${unit}'`,
    ...(health === undefined
      ? []
      : [
          `wait_for ${quoted(`python3 -c "import urllib.request as r; r.urlopen('${health.url}')" || [ $? = 0 ]`)}`,
        ]),
  ],
  createDatabases: ({ owners }: DatabasesArgs) =>
    owners.flatMap(({ role, databases }) => [
      sql('postgres', `CREATE ROLE ${role} LOGIN`),
      ...databases.map((name) =>
        sql('postgres', `CREATE DATABASE ${name} OWNER ${role} TEMPLATE template0 ENCODING 'UTF8'`),
      ),
    ]),
  createKeys: () =>
    ['fernet_setup', 'credential_setup'].map(
      (verb) => `as keystone keystone-manage ${verb} --keystone-user keystone --keystone-group keystone`,
    ),
  migrateSchema: ({ user, argv }: MigrationProfile) => [`as ${user} ${words(argv)}`],
  loadMetadefs: ({ user, argv }: MetadefsArgs) => [`as ${user} ${words(argv)}`],
  bootstrapAdministrator: (
    { authUrl, region, adminPassword }: AdministratorArgs,
    _: ScriptFacts,
    password: (reference: SecretRef) => string,
  ) => [
    `box env OS_BOOTSTRAP_PASSWORD=${quoted(password(adminPassword))} setpriv --reuid=keystone --regid=keystone --init-groups -- keystone-manage bootstrap --bootstrap-service-name keystone --bootstrap-region-id ${region} --bootstrap-admin-url ${authUrl} --bootstrap-internal-url ${authUrl} --bootstrap-public-url ${authUrl}`,
  ],
  ensureCatalog: catalog,
  ensureUsers: users,
  configureSwitch: (args: SwitchArgs) => [`box ${words(configureCommand(args, 'netdev'))}`],
  mapCell0: ({ cell0 }: CellsArgs) => [
    `as nova nova-manage cell_v2 map_cell0 --database_connection ${quoted(cell0.databaseUrl)}`,
  ],
  ensureCell: ({ cell }: CellsArgs) => [`as nova nova-manage cell_v2 create_cell --name ${cell.name}`],
  discoverComputeHosts: () => [
    `wait_for "setpriv --reuid=postgres --regid=postgres --init-groups psql -Atqd nova_cell1 -c 'SELECT host FROM compute_nodes' | grep -q ."`,
    'as nova nova-manage cell_v2 discover_hosts --by-service',
  ],
  ensureFlavors: ({ flavors }: FlavorsArgs) =>
    flavors.map(
      ({ name, vcpus, ramMebibytes, diskGigabytes, extraSpecs }) =>
        `cloud flavor create --id ${name} --vcpus ${vcpus} --ram ${ramMebibytes} --disk ${diskGigabytes} ${Object.entries(
          extraSpecs,
        )
          .map(([key, value]) => `--property ${key}=${value}`)
          .join(' ')} ${name}`,
    ),
  ensureImageSeed: ({ name, properties }: ImageSeedArgs, { disk }: ScriptFacts) => [
    `cloud image create --public --disk-format raw --file ${quoted(disk)} ${Object.entries(properties)
      .map(([key, value]) => `--property ${quoted(`${key}=${value}`)}`)
      .join(' ')} ${quoted(name)}`,
  ],
  ensureNetworkSeed: ({ owner, network, subnet, router }: NetworkSeedArgs) => [
    `project=$(${'$'}openstack_client project show --domain ${owner.domain} -f value -c id ${owner.project})`,
    `cloud network create --project "$project" ${network}`,
    `cloud subnet create --project "$project" --network ${network} --subnet-range ${subnet.cidr} ${subnet.name}`,
    `cloud router create --project "$project" ${router}`,
    `cloud router add subnet ${router} ${subnet.name}`,
  ],
  ensureQuotas: ({ compute, network }: QuotaArgs) => [
    `cloud quota set --instances ${compute['instances']} --cores ${compute['cores']} --ram ${compute['ram']} --networks ${network['network']} --subnets ${network['subnet']} --routers ${network['router']} --ports ${network['port']} "$project"`,
  ],
  runCanary: ({ image, flavor, network }: CanaryArgs) => [
    `OS_CLOUD=test cloud server create --image ${quoted(image)} --flavor ${flavor} --network ${network} --wait canary`,
    'OS_CLOUD=test cloud server delete --wait canary',
  ],
};

function writeFile(file: FileArgs, password: (reference: SecretRef) => string): string {
  const values = new Map(markedSecrets(file.content).map((reference) => [reference, password(reference)]));
  const content = base64(fillSecrets(file.content, values));
  const place = `mkdir -p "$(dirname ${file.path})" && base64 -d > ${file.path}`;
  const rights = `chown ${file.owner}:${file.group} ${file.path} && chmod ${file.mode} ${file.path}`;
  return `echo ${content} | box sh -c ${quoted(`${place} && ${rights}`)}`;
}

/** By openssl in the box: an authority, then a key and a certificate per program. */
function certificates({ authorityPath, certificates: wanted }: CertificatesArgs): string[] {
  const key = '-newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes';
  return [
    'box mkdir -p /etc/ssl/holdfast',
    `box sh -c 'openssl req -x509 ${key} -keyout /root/ca.key -out ${authorityPath} -days 3650 -subj "/CN=script CA" 2>/dev/null && chmod 644 ${authorityPath}'`,
    ...wanted.map(({ commonName, addresses, names, usage, certificatePath, keyPath, owner, group }) => {
      const alternatives = [...addresses.map((each) => `IP:${each}`), ...names.map((each) => `DNS:${each}`)];
      const extensions = [
        `extendedKeyUsage=${usage}Auth`,
        ...(alternatives.length === 0 ? [] : [`subjectAltName=${alternatives.join(',')}`]),
      ];
      const script = [
        `openssl req ${key} -keyout /root/key -out /root/csr -subj "/CN=${commonName}" 2>/dev/null`,
        `printf '%s\\n' ${extensions.map((each) => `"${each}"`).join(' ')} > /root/extensions`,
        `openssl x509 -req -in /root/csr -CA ${authorityPath} -CAkey /root/ca.key -days 397 -extfile /root/extensions -out /root/pem 2>/dev/null`,
        certificatePath === keyPath
          ? `cat /root/pem /root/key > ${keyPath}`
          : `cp /root/pem ${certificatePath} && cp /root/key ${keyPath}`,
        `chown ${owner}:${group} ${keyPath} ${certificatePath} && chmod 644 ${certificatePath} && chmod 600 ${keyPath}`,
      ];
      return `box sh -c ${quoted(script.join(' && '))}`;
    }),
  ];
}

function catalog(
  { services, domains, projects, region, authUrl, adminPassword }: CatalogArgs,
  { inside, openstack, folder }: ScriptFacts,
  password: (reference: SecretRef) => string,
): string[] {
  const login = (user: string, project: string, domain: string, secret: string): string =>
    `{"auth": {"auth_url": "${authUrl}", "username": "${user}", "password": "${secret}", "project_name": "${project}", "user_domain_name": "${domain}", "project_domain_name": "${domain}"}, "region_name": "${region}", "cacert": "${folder}/ca.pem"}`;
  const clouds = `{"clouds": {"admin": ${login('admin', 'admin', 'Default', password(adminPassword))}, "test": ${login('test', 'test', 'test', password(adminPassword))}}}`;
  return [
    `${inside} cat /etc/ssl/holdfast/ca.pem > ${folder}/ca.pem`,
    `echo ${base64(clouds)} | base64 -d > ${folder}/clouds.yaml`,
    `export OS_CLIENT_CONFIG_FILE=${folder}/clouds.yaml OS_CLOUD=admin openstack_client=${quoted(openstack)}`,
    ...services
      .filter(({ type }) => type !== 'identity')
      .flatMap(({ name, type, urls }) => [
        `cloud service create --name ${name} ${type}`,
        ...(['public', 'internal', 'admin'] as const).map(
          (face) => `cloud endpoint create --region ${region} ${type} ${face} ${urls[face]}`,
        ),
      ]),
    ...domains.map(({ name }) => `cloud domain create ${name}`),
    ...projects.map(({ name, domain }) => `cloud project create --domain ${domain} ${name}`),
  ];
}

function users(
  { users: wanted, adminPassword }: UsersArgs,
  _: ScriptFacts,
  password: (reference: SecretRef) => string,
): string[] {
  return wanted.flatMap(({ name, domain, project, roles, password: reference }) => {
    const secret = name === 'test' ? password(adminPassword) : password(reference);
    const where = project === null ? `--domain ${domain}` : `--project ${project} --project-domain ${domain}`;
    return [
      `cloud user create --domain ${domain} --password ${quoted(secret)} ${name}`,
      ...roles.map((role) => `cloud role add --user ${name} --user-domain ${domain} ${where} ${role}`),
    ];
  });
}
