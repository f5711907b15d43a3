// SPDX-License-Identifier: Apache-2.0
// The certificate for a box's DNS name, from the authority that its spec names: taken over ACME, served without a restart. Pure.
import type { IssuingAuthority } from '../../contracts/authority/public-certificate.ts';
import { effect } from '../../ports/index.ts';
import { fileCalls, type Steps } from '../calls.ts';
import { publicPortsOf, type BoxPlan } from '../plan.ts';
import { clientFiles } from './files.ts';

export function publicCertificateSteps(plan: BoxPlan, authority: IssuingAuthority): Steps {
  const { box, spec, publicHost: name } = plan;
  const { address } = spec.networks.management;
  const { root, generation, names, hosts } = authority;
  const taken = {
    box,
    authority: authority.name,
    generation,
    server: names[0] ?? '',
    name,
    address,
    hosts,
    root,
  };
  const served = { box, name, address, root, ports: publicPortsOf(plan) };
  return {
    'public.client': {
      title: 'ACME client configured',
      after: ['boot'],
      ...fileCalls(box, clientFiles(authority)),
    },
    'public.certificate': {
      title: `Certificate issued by authority ${authority.name}`,
      after: ['public.client', 'names', 'haproxy.service'],
      profile: 'command',
      exclusive: ['acme'],
      tries: 2,
      ...effect('observePublicCertificate', 'takePublicCertificate', taken),
    },
    'public.served': {
      title: `Certificate of authority ${authority.name} served`,
      settleSeconds: 30,
      ...effect('observeServedCertificate', 'serveCertificate', served),
    },
  };
}
