// SPDX-License-Identifier: Apache-2.0
// The certificate that an authority issues for the name of a box: taken over ACME by the box itself, served by a reload.
import {
  challengePath,
  challengePort,
  publicPaths,
  type PublicCertificateArgs,
} from '../../../workflows/contracts/authority/public-certificate.ts';
import type { PkiPort } from '../../../workflows/ports/pki.ts';
import { isListed } from '../../clients/ca/signed-crls.ts';
import { Failure } from '../../clients/failure.ts';
import type { Clients } from '../../clients/index.ts';
import { runToSuccess } from '../../run-command.ts';
import { applying, observing, settleLiveJobs, type StepScope } from '../../step-scope.ts';
import { introduce, silentAuthority } from './neighbours.ts';
import { servedDifferences } from './served.ts';
import { publicStateOf, stateDifferences } from './state.ts';
import takeCertificate from './take-certificate.sh';

type Activities = Pick<
  PkiPort,
  'observePublicCertificate' | 'takePublicCertificate' | 'observeServedCertificate' | 'serveCertificate'
>;

export function publicCertificateActivities(clients: Clients): Activities {
  const { inside, stateDirectory } = clients;
  return {
    observePublicCertificate: observing(async (args, scope) => {
      const host = inside(args.box);
      if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
      return stateDifferences(args, await publicStateOf(host), (serial) =>
        isListed(stateDirectory, args.authority, serial),
      );
    }),
    takePublicCertificate: applying(async (args, scope) => {
      await introduce(clients, args);
      await take(clients, args, scope);
      const leaf = (await publicStateOf(inside(args.box)))?.certificates[0];
      if (leaf === undefined) return undefined;
      return `serial ${leaf.serialNumber.toLowerCase()}, ends ${new Date(leaf.validTo).toISOString()}`;
    }),
    observeServedCertificate: observing(async (args) => {
      const leaf = (await publicStateOf(inside(args.box)))?.certificates[0];
      if (leaf !== undefined) return servedDifferences(args, leaf.serialNumber.toLowerCase());
      return [{ what: `certificate of ${args.name}`, have: 'absent', want: 'served' }];
    }),
    serveCertificate: applying(async ({ box }) => {
      // It checks its files first, and goes on with what it has when they are bad.
      await inside(box).output(['systemctl', 'reload', 'haproxy.service']);
      return 'HAProxy reloaded';
    }),
  };
}

/** Of the script: the authority does not answer. */
const unavailable = 69;

/** @throws Failure Unreachable while the authority does not answer; Rejected when it issues nothing */
async function take({ inside }: Clients, args: PublicCertificateArgs, scope: StepScope): Promise<void> {
  const { server, name, address } = args;
  const { root, client, configuration, certificate, chain } = publicPaths;
  const words = [name, server, root, client, configuration, address];
  const path = challengePath.replace(/\/$/, '');
  const argv = ['sh', '-c', takeCertificate, 'taking a certificate', ...words, path, `${challengePort}`];
  try {
    await runToSuccess(inside(args.box), scope, { argv: [...argv, certificate, chain] });
  } catch (error) {
    if (error instanceof Failure && error.facts.exitCode === unavailable)
      throw silentAuthority(args, String(error.facts.cause));
    throw error;
  }
}
