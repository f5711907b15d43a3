// SPDX-License-Identifier: Apache-2.0
// InstallBox as a table, in the order of execution. Pure: a spec and facts in, rows out.
import type { BoxSpec } from '../contracts/box-spec.ts';
import { table } from '../contracts/build-table.ts';
import type { CompiledRow } from '../contracts/table.ts';
import { call } from '../ports/index.ts';
import { haproxyFiles, keystoneFiles, postgresFiles } from './files.ts';
import { certificatesOf, planBox, type InstallFacts } from './plan.ts';

/** Long: one table, read from top to bottom; the arguments of its rows stand before it. */
export function installBoxRows(spec: BoxSpec, facts: InstallFacts): CompiledRow[] {
  const plan = planBox(spec, facts);
  const { profile, sources } = facts;
  const { box, recipe, link, authUrl, adminPassword, oncePassword } = plan;
  const { management } = spec.networks;
  const files = {
    postgres: postgresFiles(profile, plan),
    keystone: keystoneFiles(profile, plan),
    haproxy: haproxyFiles(spec, profile, plan),
  };
  const paths = (list: readonly { readonly path: string }[]): string[] => list.map(({ path }) => path);

  const image = {
    ...{ box, recipe, suite: profile.suite, packages: profile.packages, sources: sources.text },
    ...{ unitsShippedDisabled: profile.unitsShippedDisabled, aptOptions: sources.aptOptions },
  };
  const preflight = {
    ...{ box, link, recipe, management, sources: sources.releases },
    ...{ diskFreeMebibytesMin: 2500, memoryMebibytesMin: 1024, processorsMin: 1 },
  };
  const power = { box, link, address: management.address, gateway: management.gateway, prefix: plan.prefix };
  const authority = { box, commonName: `holdfast ${box} CA`, lifetimeDays: 3650 };
  const certificates = {
    ...{ box, authorityPath: plan.authorityPath, lifetimeDays: spec.certificates.lifetimeDays },
    certificates: certificatesOf(spec, plan),
  };
  const secrets = { box, references: [adminPassword] };
  const cluster = { box, version: profile.postgres.version };
  const databases = { box, owners: [{ role: 'keystone', databases: ['keystone'] }] };
  const keystone = { box, authUrl, region: spec.region, adminPassword };
  const urls = { public: authUrl, internal: authUrl, admin: authUrl };
  const catalog = {
    ...{ ...keystone, roles: profile.keystone.roles },
    services: [{ name: 'keystone', type: 'identity', urls }],
    projects: [{ name: 'service', description: 'Users of the services' }, ...spec.seeds.projects],
  };
  const schema = { box, database: 'keystone', heads: profile.keystone.schemaHeads };
  const administrator = { ...keystone, oncePassword, internalUrl: authUrl };
  const access = { box, authUrl, region: spec.region, adminPassword, cloud: `${box}-admin` };

  const postgresUnit = {
    ...{ box, unit: `postgresql@${profile.postgres.version}-main.service` },
    files: [
      ...paths(files.postgres),
      plan.authorityPath,
      plan.paths.postgres.certificate,
      plan.paths.postgres.key,
    ],
  };
  const keystoneUnit = {
    ...{
      box,
      unit: 'keystone.service',
      files: [...paths(files.keystone), plan.paths.keystone.certificate, plan.paths.keystone.key],
    },
    health: { url: `http://127.0.0.1:${profile.keystone.backendPort}/v3`, statuses: [200] },
  };
  const haproxyUnit = { box, unit: 'haproxy.service', files: [...paths(files.haproxy), plan.paths.haproxy] };

  return table({
    preflight: {
      title: 'This machine can hold the box',
      observe: call('observePreflight', preflight),
      onFailure: 'fail',
    },
    spec: {
      title: 'Spec recorded',
      observe: call('observeSpec', { spec }),
      apply: call('recordSpec', { spec }),
    },
    secrets: {
      title: 'Secrets generated',
      observe: call('observeSecrets', secrets),
      apply: call('generateSecrets', secrets),
    },
    'certificate-authority': {
      ...{ title: 'Certificate authority of the box', after: ['spec'] },
      ...{ observe: call('observeAuthority', authority), apply: call('createAuthority', authority) },
    },
    image: {
      ...{
        title: 'Debian image built',
        after: ['spec'],
        profile: 'build',
        cancel: 'kill',
        exclusive: ['image'],
      },
      ...{ observe: call('observeImage', image), apply: call('buildImage', image) },
    },
    root: {
      ...{ title: 'Root file system prepared', after: ['secrets', 'certificate-authority', 'image'] },
      ...{ observe: call('observeRoot', { box, recipe }), apply: call('prepareRoot', { box, recipe }) },
    },
    boot: {
      ...{ title: 'Box booted', profile: 'command', exclusive: ['power'], settleSeconds: 120 },
      ...{ observe: call('observePower', power), apply: call('bootBox', power) },
    },
    certificates: {
      ...{ title: 'Certificates issued' },
      ...{
        observe: call('observeCertificates', certificates),
        apply: call('issueCertificates', certificates),
      },
    },
    'postgres.cluster': {
      ...{ title: 'PostgreSQL cluster made', after: ['boot'], profile: 'command', exclusive: ['db:cluster'] },
      ...{ observe: call('observeCluster', cluster), apply: call('createCluster', cluster) },
    },
    'postgres.config': {
      ...{ title: 'PostgreSQL configured', ...fileCalls(box, files.postgres) },
    },
    'postgres.service': {
      ...{
        title: 'PostgreSQL running',
        after: ['postgres.config', 'certificates'],
        settleSeconds: 60,
        tries: 2,
      },
      ...{ observe: call('observeUnit', postgresUnit), apply: call('ensureUnit', postgresUnit) },
    },
    'postgres.databases': {
      ...{ title: 'Roles and databases made', settleSeconds: 10 },
      ...{ observe: call('observeDatabases', databases), apply: call('createDatabases', databases) },
    },
    'keystone.config': { title: 'Keystone configured', after: ['boot'], ...fileCalls(box, files.keystone) },
    'keystone.keys': {
      ...{ title: 'Keystone keys made', profile: 'command', exclusive: ['keystone:keys'] },
      ...{ observe: call('observeKeys', { box }), apply: call('createKeys', { box }) },
    },
    'keystone.schema': {
      ...{
        title: 'Keystone schema at its heads',
        after: ['postgres.databases', 'keystone.config', 'certificates'],
      },
      ...{ profile: 'command', exclusive: ['db:keystone'] },
      ...{ observe: call('observeKeystoneSchema', schema), apply: call('migrateKeystoneSchema', schema) },
    },
    'keystone.service': {
      ...{
        title: 'Keystone answering',
        after: ['keystone.schema', 'keystone.keys'],
        settleSeconds: 60,
        tries: 2,
      },
      ...{ observe: call('observeUnit', keystoneUnit), apply: call('ensureUnit', keystoneUnit) },
    },
    'haproxy.config': { title: 'HAProxy configured', after: ['boot'], ...fileCalls(box, files.haproxy) },
    'haproxy.service': {
      ...{ title: 'HAProxy running', after: ['haproxy.config', 'certificates'], settleSeconds: 30, tries: 2 },
      ...{ observe: call('observeUnit', haproxyUnit), apply: call('ensureUnit', haproxyUnit) },
    },
    'keystone.administrator': {
      ...{
        title: 'Administrator logs in',
        after: ['keystone.service', 'haproxy.service'],
        settleSeconds: 30,
      },
      ...{ profile: 'command', exclusive: ['keystone:bootstrap'] },
      ...{
        observe: call('observeAdministrator', administrator),
        apply: call('bootstrapAdministrator', administrator),
      },
    },
    'keystone.catalog': {
      ...{ title: 'Regions, endpoints, roles, projects', settleSeconds: 10 },
      ...{ observe: call('observeCatalog', catalog), apply: call('ensureCatalog', catalog) },
    },
    access: {
      ...{ title: 'Access files written', after: ['spec', 'secrets', 'certificate-authority'] },
      ...{ observe: call('observeAccess', access), apply: call('writeAccess', access) },
    },
    token: {
      ...{ title: 'Token issued from outside', after: ['keystone.catalog', 'access'], tries: 3 },
      observe: call('observeToken', { box, cloud: access.cloud }),
    },
  });
}

function fileCalls(box: string, files: ReturnType<typeof postgresFiles>) {
  return { observe: call('observeFiles', { box, files }), apply: call('writeFiles', { box, files }) };
}
