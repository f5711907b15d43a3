// SPDX-License-Identifier: Apache-2.0
// The ceremony of examples/authority.yaml as steps, for tests of the table.
import { readFileSync } from 'node:fs';
import { parse } from 'yaml';
import type { AuthoritySpec } from '../../workflows/contracts/authority/authority-spec.ts';
import { parseAuthoritySpec } from '../../workflows/contracts/authority/authority-spec.schema.ts';
import type { CompiledStep } from '../../workflows/contracts/run/table.ts';
import { authorityProfile } from '../../profiles/index.ts';
import { activateArgs, publishArgs } from '../../workflows/box/authority/model.ts';
import { serverBox } from '../../workflows/contracts/authority/server.ts';
import type { AuthorityServer } from '../../workflows/contracts/authority/server-spec.ts';
import { activateCaSteps } from '../../workflows/operations/activate-ca/steps.ts';
import { installAuthoritySteps } from '../../workflows/operations/install-ca/steps.ts';
import { destroyCaSteps } from '../../workflows/operations/destroy-ca/steps.ts';
import { drillCompromiseSteps } from '../../workflows/operations/drill-compromise/steps.ts';
import { issueCrlSteps, revokeSteps } from '../../workflows/operations/issue-crl/steps.ts';
import { issueCaSteps } from '../../workflows/operations/issue-ca/steps.ts';

export function exampleAuthority(): AuthoritySpec {
  const parsed = parseAuthoritySpec(parse(readFileSync('examples/authority.yaml', 'utf8')));
  if (parsed.ok) return parsed.value;
  throw new Error(JSON.stringify(parsed.issues));
}

function exampleServer(): AuthorityServer {
  const { server } = exampleAuthority();
  if (server === undefined) throw new Error('examples/authority.yaml describes no server');
  return server;
}

export function exampleInstallation(): CompiledStep[] {
  const sources = { text: '', releases: [], aptOptions: [] };
  const facts = {
    profile: authorityProfile,
    sources,
    digest: (text: string) => `${text.length}`.padStart(16, '0'),
  };
  return installAuthoritySteps(exampleAuthority(), exampleServer(), facts);
}

export function exampleActivation(): CompiledStep[] {
  const [spec, server] = [exampleAuthority(), exampleServer()];
  const { token } = server;
  const box = serverBox(spec.name);
  return activateCaSteps({
    activate: activateArgs(spec, server, 1),
    publish: publishArgs(spec, server),
    token: { authority: spec.name, box, token, serial: spec.intermediate.serial },
    root: spec.root.certificate,
    certificate: 'certificate of the intermediate\n',
  });
}

export function exampleRevocation(changes: Partial<AuthoritySpec> = {}): CompiledStep[] {
  const { name, root, profile, approvals, approvers, station } = { ...exampleAuthority(), ...changes };
  const [serial, requestedBy] = ['4a01', 'carol'];
  const lifetime = profile.crlLifetime;
  const request = {
    authority: name,
    root,
    lifetime,
    daysLeft: 1,
    revoke: serial,
    mayBeFirst: true,
    requestedBy,
  };
  const revocation = {
    authority: name,
    serial,
    why: 'the token was lost',
    approvals,
    approvers,
    requestedBy,
  };
  const server = exampleServer();
  const publish = publishArgs(exampleAuthority(), server);
  return revokeSteps({ request, station, publish, isDue: true }, revocation);
}

export function exampleCrl(isDue = true): CompiledStep[] {
  const { name, root, profile, station } = exampleAuthority();
  const lifetime = profile.crlLifetime;
  const request = {
    authority: name,
    root,
    lifetime,
    daysLeft: 30,
    revoke: null,
    mayBeFirst: true,
    requestedBy: 'carol',
  };
  return issueCrlSteps({ request, station, publish: null, isDue });
}

export function exampleCeremony(changes: Partial<AuthoritySpec> = {}): CompiledStep[] {
  const spec = { ...exampleAuthority(), ...changes };
  const { name, root, intermediate, profile, approvals, approvers } = spec;
  const { generation } = profile;
  const request = {
    authority: name,
    generation,
    root,
    intermediate,
    profile,
    approvals,
    approvers,
    requestedBy: 'carol',
  };
  return issueCaSteps({ request, station: spec.station, readers: spec.readers });
}

export const exampleDestruction = (): CompiledStep[] =>
  destroyCaSteps({ authority: 'lab', box: 'lab-ca', leaveBoxes: false }, (text) => `digest of ${text}`);

/** Of an authority that certifies the boxes named. */
export function exampleDrill(...boxes: string[]): CompiledStep[] {
  const [authority, generation, next, serial] = ['lab', 1, 2, '4a01'] as const;
  const run = (type: string, id: string) => ({ type, id, input: { name: id.split('/')[1] } });
  return drillCompromiseSteps({
    begin: { authority, generation, next, serial, boxes, why: 'drill of March', requestedBy: 'carol' },
    revoke: { run: run('RevokeCertificate', 'revoke-ca/lab/4a01'), end: { kind: 'revoked', serial } },
    issue: { run: run('IssueIntermediateCa', 'issue-ca/lab/2'), end: { kind: 'sealed', generation: next } },
    activate: {
      run: run('ActivateIntermediate', 'activate-ca/lab/2'),
      end: { kind: 'active', generation: next },
    },
    boxes: Object.fromEntries(
      boxes.map((box, index) => [
        box,
        {
          run: run('RenewCertificates', `renew-certificates/${box}`),
          end: {
            kind: 'served' as const,
            generation: next,
            name: `${box}.cloud.example`,
            address: `10.77.${index}.2`,
            ports: [5000],
          },
        },
      ]),
    ),
  });
}
