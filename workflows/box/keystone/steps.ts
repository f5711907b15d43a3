// SPDX-License-Identifier: Apache-2.0
// Keystone, HAProxy in front of it, and what Keystone has to know of everybody else.
import { effect } from '../../ports/index.ts';
import { haproxyFiles } from '../haproxy/files.ts';
import { keystoneFiles } from './files.ts';
import { keyRingsOf } from './keys.ts';
import { clusterBirth } from '../postgres/files.ts';
import { keystoneAccess, type BoxPlan } from '../plan.ts';
import { fileCalls, schemaStep, unitStep, type Steps } from '../calls.ts';
import { testProject } from '../seeds/steps.ts';

export function keystoneSteps(plan: BoxPlan): Steps {
  const { box, profile } = plan;
  const files = keystoneFiles(plan);
  const { identity } = profile.apis;
  const healthUrl = `http://127.0.0.1:${identity.backendPort}${identity.healthPath}`;
  return {
    'keystone.config': { title: 'Keystone configured', after: ['boot'], ...fileCalls(box, files) },
    ...keySteps(plan),
    'keystone.schema': {
      title: 'Keystone schema at its heads',
      after: ['postgres.databases', 'keystone.config', 'certificates'],
      ...schemaStep(plan, profile.drivers.keystone),
    },
    'keystone.service': {
      title: 'Keystone answering',
      after: ['keystone.schema', 'keystone.keys'],
      // What it remembers of another cluster is another cloud's.
      ...unitStep(plan, {
        unit: identity.unit,
        files,
        pairs: ['keystone'],
        reads: [clusterBirth(plan)],
        healthUrl,
      }),
    },
  };
}

/** What Keystone reads is what the secret store has. */
export function keySteps(plan: BoxPlan): Steps {
  const keys = { box: plan.box, rings: keyRingsOf(plan) };
  return {
    'keystone.keys': {
      title: 'Keystone keys as the secret store has them',
      after: ['boot'],
      ...effect('observeKeys', 'createKeys', keys),
    },
  };
}

export function haproxySteps(plan: BoxPlan): Steps {
  const files = haproxyFiles(plan);
  return {
    'haproxy.config': { title: 'HAProxy configured', after: ['boot'], ...fileCalls(plan.box, files) },
    'haproxy.service': {
      title: 'HAProxy running',
      after: ['haproxy.config', 'certificates'],
      ...unitStep(plan, { unit: 'haproxy.service', files, reads: [plan.paths.haproxy] }),
    },
  };
}

export function catalogSteps(plan: BoxPlan): Steps {
  const { profile, publicAuthUrl } = plan;
  const keystone = keystoneAccess(plan);
  const administrator = {
    ...keystone,
    unit: profile.apis.identity.unit,
    oncePassword: plan.oncePassword,
    publicUrl: publicAuthUrl,
  };
  const catalog = {
    ...keystone,
    roles: profile.roles,
    services: servicesOf(plan),
    ...tenantsOf(plan),
  };
  const users = {
    ...keystone,
    users: plan.serviceUsers.map((name) => ({
      name,
      domain: 'Default',
      project: 'service',
      password: plan.servicePassword(name),
      roles: profile.serviceUserRoles[name],
    })),
  };
  return {
    'keystone.administrator': {
      title: 'Administrator logs in',
      after: ['keystone.service', 'haproxy.service'],
      settleSeconds: 30,
      profile: 'command',
      exclusive: ['keystone:bootstrap'],
      ...effect('observeAdministrator', 'bootstrapAdministrator', administrator),
    },
    'keystone.catalog': {
      title: 'Regions, endpoints, roles, projects',
      settleSeconds: 10,
      ...effect('observeCatalog', 'ensureCatalog', catalog),
    },
    ...(users.users.length > 0 && {
      'keystone.users': {
        title: 'Users of the services',
        settleSeconds: 10,
        ...effect('observeUsers', 'ensureUsers', users),
      },
    }),
  };
}

/** The domains and projects of a new cloud. */
function tenantsOf({ spec }: BoxPlan) {
  const described = { name: testProject, description: 'To try things in' };
  const test = spec.seeds.test === null ? [] : [described];
  const ours = [{ name: 'service', description: 'Users of the services' }, ...spec.seeds.projects];
  return {
    domains: test,
    projects: [
      ...ours.map((project) => ({ ...project, domain: 'Default' })),
      ...test.map((project) => ({ ...project, domain: testProject })),
    ],
  };
}

function servicesOf({ spec, profile, publicHost }: BoxPlan) {
  const inside = spec.networks.management.address;
  return spec.services
    .filter((service) => service !== 'dashboard')
    .map((service) => {
      const { name, publicPort, path, type = service } = profile.apis[service];
      const url = (host: string): string => `https://${host}:${publicPort}${path}`;
      return { name, type, urls: { public: url(publicHost), internal: url(inside), admin: url(inside) } };
    });
}
