// SPDX-License-Identifier: Apache-2.0
// PostgreSQL and RabbitMQ: where services keep what they know, and how they talk to each other.
import { effect } from '../../ports/index.ts';
import { postgresFiles } from './files.ts';
import { brokerUsersOf, definitionsPath, rabbitmqFiles } from '../rabbitmq/files.ts';
import { databasesOf, type BoxPlan } from '../plan.ts';
import { fileCalls, unitStep, type Steps } from '../calls.ts';

export function postgresSteps(plan: BoxPlan): Steps {
  const { box, profile } = plan;
  const { version } = profile.postgres;
  const cluster = { box, version };
  const files = postgresFiles(plan);
  const databases = { box, owners: ownersOf(plan) };
  const unit = `postgresql@${version}-main.service`;
  return {
    'postgres.cluster': {
      title: 'PostgreSQL cluster made',
      after: ['boot'],
      profile: 'command',
      exclusive: ['postgres:cluster'],
      ...effect('observeCluster', 'createCluster', cluster),
    },
    'postgres.config': { title: 'PostgreSQL configured', ...fileCalls(box, files) },
    'postgres.service': {
      title: 'PostgreSQL running',
      after: ['postgres.config', 'certificates'],
      ...unitStep(plan, { unit, files, pairs: ['postgres'], reads: [plan.authorityPath] }),
    },
    'postgres.databases': {
      title: 'Roles and databases made',
      settleSeconds: 10,
      ...effect('observeDatabases', 'createDatabases', databases),
    },
  };
}

function ownersOf(plan: BoxPlan) {
  const databases = databasesOf(plan);
  return ['keystone', ...plan.serviceUsers].map((role) => ({
    role,
    databases: databases.filter((each) => each.role === role).map(({ database }) => database),
  }));
}

export function rabbitmqSteps(plan: BoxPlan): Steps {
  const files = rabbitmqFiles(plan);
  const users = { box: plan.box, users: brokerUsersOf(plan), definitionsPath };
  return {
    'rabbitmq.config': { title: 'RabbitMQ configured', after: ['boot'], ...fileCalls(plan.box, files) },
    'rabbitmq.service': {
      title: 'RabbitMQ running',
      after: ['rabbitmq.config', 'certificates', 'names'],
      ...unitStep(plan, { unit: 'rabbitmq-server.service', files, pairs: ['rabbitmq'] }),
    },
    'rabbitmq.users': {
      title: 'Users of RabbitMQ',
      settleSeconds: 30,
      ...effect('observeBrokerUsers', 'importBrokerUsers', users),
    },
  };
}
