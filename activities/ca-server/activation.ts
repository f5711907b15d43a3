// SPDX-License-Identifier: Apache-2.0
// Which intermediate step-ca issues by: switched, tried by a leaf over ACME, put back when that fails; recorded for people.
import { X509Certificate } from 'node:crypto';
import { join } from 'node:path';
import {
  activationFile,
  generationFolder,
  liveFolder,
  probeFolder,
  serverUnit,
  type ActivateArgs,
  type Activation,
} from '../../workflows/contracts/authority/server.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { Difference } from '../../workflows/contracts/run/observation.ts';
import { CeremonyRecords } from '../clients/ca/ceremony-records.ts';
import { pinnedRoot } from '../clients/ca/root.ts';
import { judgeByOpenssl } from '../clients/ca/trial/openssl-verifier.ts';
import { Failure } from '../clients/failure.ts';
import type { Clients } from '../clients/index.ts';
import { readText, writeFileAtomically } from '../clients/state/local-files.ts';
import { runToSuccess } from '../run-command.ts';
import { settleLiveJobs, type StepScope } from '../step-scope.ts';
import activate from './scripts/activate.sh';

type Place = Pick<Clients, 'inside' | 'stateDirectory'>;

const what = ({ generation }: ActivateArgs): string => `leaf of generation ${generation} over ACME`;

export async function activationDifferences(
  place: Place,
  args: ActivateArgs,
  scope: StepScope,
): Promise<Difference[]> {
  const host = place.inside(args.box);
  if (scope.context.epoch > 0) await settleLiveJobs(host, scope, scope.key);
  const live = (await host.run(['readlink', liveFolder])).stdout.trim();
  const active = (await host.run(['systemctl', 'is-active', serverUnit])).stdout.trim();
  if (live !== generationFolder(args.generation) || active !== 'active')
    return [
      { what: what(args), have: live === '' ? 'nothing serves' : `${live} is ${active}`, want: 'issued' },
    ];
  const leaf = await probeLeaf(place, args);
  if (leaf === null) return [{ what: what(args), have: 'none', want: 'issued' }];
  const refusal = await refusalOf(place, args, leaf);
  return refusal === null ? [] : [{ what: what(args), have: refusal, want: 'verified by the pinned root' }];
}

/** @throws Failure Rejected once the generation before serves again */
export async function activateGeneration(
  place: Place,
  args: ActivateArgs,
  scope: StepScope,
): Promise<string> {
  const { box, generation, names, probe } = args;
  const words = [liveFolder, generationFolder(generation), probeFolder, probe, names[0] ?? ''];
  await runToSuccess(place.inside(box), scope, { argv: ['sh', '-c', activate, 'activate', ...words] });
  const leaf = await probeLeaf(place, args);
  return leaf === null ? '' : `leaf ${leaf.serialNumber.toLowerCase()}`;
}

export async function activationRecordDifferences(
  { stateDirectory }: Place,
  { authority, generation }: ActivateArgs,
): Promise<Difference[]> {
  const recorded = jsonOrNull((await readText(join(stateDirectory, activationFile(authority)))) ?? '');
  const have = (recorded as Partial<Activation> | null)?.generation;
  if (have === generation) return [];
  return [{ what: 'active generation', have: String(have ?? 'none'), want: String(generation) }];
}

export async function writeActivation(place: Place, args: ActivateArgs): Promise<string> {
  const leaf = await probeLeaf(place, args);
  if (leaf === null)
    throw new Failure('Unreachable', 'The leaf by which the intermediate was tried is gone', {
      on: `box ${args.box}`,
    });
  const activation: Activation = {
    generation: args.generation,
    activatedAt: new Date().toISOString(),
    leaf: {
      serial: leaf.serialNumber.toLowerCase(),
      issuer: leaf.issuer,
      ends: new Date(leaf.validTo).toISOString(),
    },
  };
  const path = join(place.stateDirectory, activationFile(args.authority));
  await writeFileAtomically(path, `${JSON.stringify(activation, null, 2)}\n`, 0o600);
  return activation.leaf.serial;
}

/** Null before the first probe. */
async function probeLeaf({ inside }: Place, { box, probe }: ActivateArgs): Promise<X509Certificate | null> {
  const [state] = await inside(box).readFiles([`${probeFolder}/certs/${probe}/cert.pem`]);
  return state == null ? null : new X509Certificate(state.content);
}

/** Null for a leaf of this generation's own intermediate that OpenSSL accepts. */
async function refusalOf(
  { stateDirectory }: Place,
  { authority, generation, probe }: ActivateArgs,
  leaf: X509Certificate,
): Promise<string | null> {
  const records = new CeremonyRecords(stateDirectory, { authority, generation });
  const { root } = await records.requireCeremony();
  const certificate = await records.require('certificate');
  if (!leaf.checkIssued(new X509Certificate(certificate)))
    return `another authority issued it: ${leaf.issuer}`;
  if (leaf.checkHost(probe) === undefined) return `it is not for ${probe}`;
  const chain = { root: pinnedRoot(root).der, intermediates: [certificate], crls: [], leaf: leaf.raw };
  return judgeByOpenssl(chain);
}
