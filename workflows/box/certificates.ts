// SPDX-License-Identifier: Apache-2.0
// The certificates of a box: one for each server, and one for each program that logs in somewhere by it. Pure.
import type { CertificateArgs } from '../ports/pki.ts';
import type { BoxPlan } from './plan.ts';

export function certificatesOf(plan: BoxPlan): CertificateArgs[] {
  const { address } = plan.spec.networks.management;
  const loopback = { addresses: ['127.0.0.1'], names: ['localhost'] };
  return [
    server(plan, 'postgres', { ...loopback, addresses: ['127.0.0.1', address] }),
    ...(plan.hasBroker ? [server(plan, 'rabbitmq', loopback)] : []),
    ...['keystone', ...plan.serviceUsers].map((role) => client(plan, role)),
    apiCertificate(plan),
  ];
}

interface Names {
  readonly addresses: readonly string[];
  readonly names: readonly string[];
}

function server(plan: BoxPlan, program: string, names: Names): CertificateArgs {
  return { id: program, commonName: program, usage: 'server', ...names, ...placeOf(plan, program) };
}

/** The common name is the role in PostgreSQL and the user in RabbitMQ: both compare the two. */
function client(plan: BoxPlan, role: string): CertificateArgs {
  const id = `${role}-client`;
  return { id, commonName: role, usage: 'client', addresses: [], names: [], ...placeOf(plan, role) };
}

function placeOf(plan: BoxPlan, owner: string) {
  const { certificate, key } = plan.pair(owner);
  return { certificatePath: certificate, keyPath: key, owner, group: owner };
}

/** What HAProxy shows: every name under which the box is reached, but the one that an authority certifies. */
function apiCertificate({ spec, paths, authority }: BoxPlan): CertificateArgs {
  const { address } = spec.access;
  const name = authority === null ? spec.access.name : undefined;
  return {
    id: 'api',
    commonName: spec.name,
    usage: 'server',
    addresses: [spec.networks.management.address, ...(address === undefined ? [] : [address])],
    names: [spec.name, ...(name === undefined ? [] : [name])],
    certificatePath: paths.haproxy,
    keyPath: paths.haproxy,
    owner: 'root',
    group: 'root',
  };
}
