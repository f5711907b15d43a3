// SPDX-License-Identifier: Apache-2.0
// The import rules: which room may import what. An allow-list, so a new arrow is refused until it stands here.
'use strict';
const exceptions = require('./exceptions.cjs');

const contracts = '^workflows/contracts/(?!.*\\.schema\\.ts$)';
const schemas = '^workflows/(contracts/[^/]+(/spec)?|operations)/[^/]+\\.schema\\.ts$';
/** Names, kinds and wire names: no step and no schema. */
const operationRecords = '^workflows/operations/(index|[^/]+/operation)\\.ts$';
const ports = '^workflows/ports/';
/** Runs in plain tests, without Temporal. */
const pureEngine =
  '^workflows/engine/(run-table|run-step|gate|look-back|step-activities|table-state|report|measure|lease-keeper|notifier|run-memo|activity-profiles|question|await|silence|equal-failures)\\.ts$';
const temporalEngine =
  '^workflows/engine/(operation|progress-publisher|event-serializer|temporal-ports)\\.ts$';
const boxModel = '^workflows/box/';
const compile = '^activities/operation/(compile|builds/[^/]+)\\.ts$';
const stepHelp = '^activities/(step-scope|run-command)\\.ts$';
const clients = '^activities/(clients|hosts)/';
const systems = '^activities/(?!clients/|hosts/)[^/]+/';

/** Paths of installed packages, wherever the tree's node_modules lies. */
const packages = (...names) => `(^|/)node_modules/(${names.join('|')})/`;
const allow = (from, ...to) => ({ from: { path: from }, to: { path: to } });
const allowNode = (from) => ({ from: { path: from }, to: { dependencyTypes: ['core'] } });

const exactly = (path) => `^${path.replaceAll('.', '\\.')}$`;
const debts = exceptions.map(({ from, to }) => allow(exactly(from), ...to.map(exactly)));

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  allowedSeverity: 'error',
  allowed: [
    // workflows: nothing but itself and, in few files, Temporal.
    allow('^workflows/(contracts|ports)/', contracts, ports),
    allow(schemas, packages('zod'), schemas),
    // The model of a box, by system, and the operations that are made of its steps.
    allow(boxModel, contracts, ports, boxModel),
    allow('^workflows/operations/[^/]+/steps\\.ts$', contracts, ports, boxModel),
    allow(pureEngine, contracts, ports, pureEngine),
    allow(
      temporalEngine,
      contracts,
      ports,
      pureEngine,
      temporalEngine,
      packages('@temporalio/(workflow|common)'),
    ),
    allow(operationRecords, contracts, operationRecords),
    allow('^workflows/operations/inputs\\.schema\\.ts$', contracts, operationRecords),
    allow('^workflows/index\\.ts$', temporalEngine, operationRecords),
    // A schema as a type is erased; the rule below refuses it as a value.
    { from: { path: '^workflows/' }, to: { path: schemas, dependencyTypes: ['type-only'] } },

    // profiles: data.
    allow('^profiles/', '^profiles/', contracts),

    // activities: one system a folder.
    allow('^activities/index\\.ts$', systems, clients, ports),
    allow(stepHelp, stepHelp, clients, contracts, ports),
    // Scripts, programs that are compiled here and packages that are laid into a box are imported as their text.
    allow('^activities/', '^(activities/.*\\.(sh|go|pem)|keystoneauth-holdfast/[^/]+\\.(py|txt))$'),
    allow('^activities/step-scope\\.ts$', packages('@temporalio/activity')),
    allow('^activities/(?!clients/|hosts/)([^/]+)/', '^activities/$1/', clients, stepHelp, contracts, ports),
    allow(systems, packages('@temporalio/activity', 'undici', 'yaml')),
    // The run's first activity alone reads what a table is built from.
    // A record is parsed as an input is.
    allow(
      '^activities/(clients/state/(recorded-specs|recorded-authorities|recorded-mirrors|recorded-clouds|spec-users)|clients/ca/(activation-record|ceremony-records|crl-records|drill-records|record-files|approvals)|canary/evidence|keystone/(credentials/(records|status-file)|keys/records|password-record)|mirror/pointer|mirror/bundle/manifests|clients/machine/site-sources|clients/bundle/(bundle-file|receipt-file|ledger)|notify/notice)\\.ts$',
      schemas,
    ),
    allow(
      compile,
      '^workflows/(operations/[^/]+/steps|box/plan|box/(mirror|authority)/model|box/mirror/proxy)\\.ts$',
      operationRecords,
      schemas,
      '^profiles/index\\.ts$',
    ),
    ...debts,
    allow(clients, clients, contracts, '^openstack-client-ts/src/index\\.ts$'),
    allow(
      clients,
      packages(
        '@peculiar/(x509|asn1-(csr|ecc|schema|x509))',
        'age-encryption',
        'execa',
        'reflect-metadata',
        'ssh2',
        'node-vault',
        'undici',
        'yaml',
        'zod',
      ),
    ),
    allowNode('^activities/'),

    // workers: the composition root sees everything but cli and test.
    allow(
      '^workers/',
      '^(workers|activities|workflows|profiles)/',
      '^openstack-client-ts/src/index\\.ts$',
      '(^|/)node_modules/',
    ),
    allowNode('^workers/'),

    // cli: contracts, the client side of Temporal, and its own texts.
    allow(
      '^cli/',
      '^cli/',
      contracts,
      operationRecords,
      schemas,
      packages('@temporalio/(client|common|envconfig)', 'commander', 'uqr', 'yaml'),
    ),
    allow('^cli/', '^cli/.*\\.sh$'),
    { from: { path: '^cli/' }, to: { path: packages('zod'), dependencyTypes: ['type-only'] } },
    // One list of the Debian packages that boxes need, read before any npm package is there.
    allow('^cli/setup\\.mjs$', '^workers/package/debian-control\\.mjs$'),
    allowNode('^cli/'),

    // openstack-client-ts: a package of its own, usable without holdfast.
    allow('^openstack-client-ts/src/', '^openstack-client-ts/src/', packages('undici', 'zod')),
    allowNode('^openstack-client-ts/src/'),

    // Tests and benchmarks look into every room.
    { from: { path: '^(test|bench|openstack-client-ts/test)/|^[^/]+\\.(ts|mjs|cjs)$' }, to: {} },
  ],
  forbidden: [
    {
      name: 'steps-only-in-compile',
      comment: 'A table rebuilt elsewhere would change shape under a running workflow',
      severity: 'error',
      from: { pathNot: `${compile}|^(test|bench)/` },
      to: { path: '^workflows/operations/[^/]+/steps\\.ts$' },
    },
    {
      name: 'profiles-only-in-compile',
      comment: 'A new release must change new runs only',
      severity: 'error',
      from: { pathNot: `${compile}|^profiles/|^(test|bench)/` },
      to: { path: '^profiles/' },
    },
    {
      name: 'schema-as-value-in-workflows',
      comment: 'zod inside a workflow makes every tightened schema a replay break',
      severity: 'error',
      from: { path: '^workflows/', pathNot: '\\.schema\\.ts$' },
      to: { path: '\\.schema\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'tokens-only-in-their-program',
      comment: 'A PIN is in the memory of a station and of the one process that does its request',
      severity: 'error',
      from: { pathNot: '^workers/token/' },
      to: { path: packages('pkcs11js') },
    },
    { name: 'no-cycle', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'no-orphan',
      comment: 'A file that nothing imports and that imports nothing',
      severity: 'error',
      from: {
        orphan: true,
        pathNot: '\\.d\\.m?ts$|^[^/]+\\.(ts|mjs|cjs)$|^(test|openstack-client-ts/test)/',
      },
      to: {},
    },
    {
      name: 'unreached',
      comment: 'A file that no program reaches is dead',
      severity: 'error',
      from: {
        path: '^(workers/(package/(package|deb)\\.mjs|[^/]+\\.(ts|mjs))|cli/main\\.ts|cli/setup\\.mjs|workflows/index\\.ts|openstack-client-ts/src/index\\.ts)$',
      },
      to: {
        path: '^(workflows|activities|workers|cli|profiles|openstack-client-ts/src)/',
        pathNot:
          '\\.d\\.m?ts$|^workers/[^/]+$|^workers/package/(package|deb)\\.mjs$|^cli/(main\\.ts|setup\\.mjs|holdfast\\.mjs)$|^workflows/index\\.ts$',
        reachable: false,
      },
    },
    {
      name: 'no-dev-dependency',
      severity: 'error',
      from: { path: '^(workflows|activities|workers|cli|profiles|openstack-client-ts/src)/' },
      to: { dependencyTypes: ['npm-dev'] },
    },
    {
      name: 'no-undeclared-package',
      comment: 'The tests of openstack-client-ts run by the root and its dev dependencies',
      severity: 'error',
      from: { pathNot: '(^|/)node_modules/|^openstack-client-ts/test/' },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'unknown', 'undetermined'] },
    },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(dist|coverage)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['types', 'import', 'node', 'default'],
    },
  },
};
