// SPDX-License-Identifier: Apache-2.0
// Builds the table of a drill: which runs replace an intermediate whose key counts as lost, and what each leads to.
import {
  ceremonySubject,
  type AuthoritySpec,
  type IntermediateSpec,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import type { Ceremony } from '../../../workflows/contracts/authority/ceremony.ts';
import type { DrillInput, PartRun } from '../../../workflows/contracts/authority/drill.ts';
import { plainSerial, revocationSubject } from '../../../workflows/contracts/authority/root-crl.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import type { Operation } from '../../../workflows/contracts/run/operation.ts';
import {
  drillCompromiseSteps,
  type DrillPlan,
  type PlannedRun,
} from '../../../workflows/operations/drill-compromise/steps.ts';
import { operationId, operations } from '../../../workflows/operations/index.ts';
import { activationOf } from '../../clients/ca/activation-record.ts';
import { CeremonyRecords } from '../../clients/ca/ceremony-records.ts';
import { certifiedSpecs } from '../../clients/state/certified-boxes.ts';
import { invalid } from '../inputs.ts';
import { publicPortsOfSpec, toldOf, type Build } from './build.ts';
import { requireUnchanged } from './recorded-subject.ts';

const ofDrill: Build<DrillInput> = async (input, stateDirectory) => {
  const { name, generation } = input;
  const spec = await nextSpec(stateDirectory, input);
  const ceremony = await new CeremonyRecords(stateDirectory, { authority: name, generation }).ceremony();
  if (ceremony === null)
    throw invalid([{ path: 'generation', message: `${name} has no intermediate ${generation}` }]);
  refuseSameKey(spec, ceremony);
  const isServed = (await activationOf(stateDirectory, name)) !== null;
  const boxes = isServed ? await certifiedSpecs(stateDirectory, name) : [];
  return {
    subject: ceremonySubject(name, generation),
    steps: drillCompromiseSteps(planOf(input, spec, plainSerial(ceremony.serialNumber), isServed, boxes)),
    // Each run takes the lease of what it changes.
    lease: null,
    takeOver: false,
    requestedBy: input.requestedBy,
    input: { name, generation, specDigest: input.specDigest },
    notify: toldOf(spec),
  };
};

function planOf(
  { name, generation, specDigest, why, requestedBy }: DrillInput,
  { profile }: AuthoritySpec,
  serial: string,
  isServed: boolean,
  boxes: readonly BoxSpec[],
): DrillPlan {
  const next = profile.generation;
  const subject = ceremonySubject(name, next);
  const { revokeCertificate, issueIntermediateCa, activateIntermediate } = operations;
  const revocation = { name, serial, why, requestedBy, takeOver: false };
  const ceremony = { name, generation: next, specDigest, requestedBy, takeOver: false };
  const activation = { name, generation: next, takeOver: false };
  return {
    begin: {
      authority: name,
      generation,
      next,
      serial,
      boxes: boxes.map((box) => box.name),
      why,
      requestedBy,
    },
    revoke: {
      run: runOf(revokeCertificate, revocationSubject(name, serial), revocation),
      end: { kind: 'revoked', serial },
    },
    issue: {
      run: runOf(issueIntermediateCa, subject, ceremony),
      end: { kind: 'sealed', generation: next },
    },
    activate: isServed
      ? {
          run: runOf(activateIntermediate, subject, activation),
          end: { kind: 'active', generation: next },
        }
      : null,
    boxes: Object.fromEntries(boxes.map((box) => [box.name, renewalOf(box, next)])),
  };
}

function renewalOf(spec: BoxSpec, generation: number): PlannedRun {
  const { name, access, networks } = spec;
  return {
    run: runOf(operations.renewCertificates, name, { name, takeOver: false }),
    end: {
      kind: 'served',
      generation,
      // The schema demands a name with an authority.
      name: access.name ?? '',
      address: networks.management.address,
      ports: publicPortsOfSpec(spec),
    },
  };
}

const runOf = (operation: Operation, subject: string, input: PartRun['input']): PartRun => ({
  type: operation.type,
  id: operationId(operation, subject),
  input,
});

export const drillBuilds = { [operations.drillCompromise.slug]: ofDrill };

/** @throws ApplicationFailure InvalidInput when the recorded spec is not the one named, or describes no later intermediate */
async function nextSpec(stateDirectory: string, input: DrillInput): Promise<AuthoritySpec> {
  const { generation } = input;
  const spec = await requireUnchanged(stateDirectory, input);
  if (spec.profile.generation > generation) return spec;
  throw invalid([
    {
      path: 'generation',
      message: `The recorded spec describes intermediate ${spec.profile.generation}: raise profile.generation above ${generation} and record it`,
    },
  ]);
}

/** @throws ApplicationFailure InvalidInput: the key that is lost would be certified again */
function refuseSameKey({ intermediate }: AuthoritySpec, { intermediate: lost }: Ceremony): void {
  const keyOf = ({ serial, id }: IntermediateSpec): string => `${serial} ${id}`;
  if (keyOf(intermediate) !== keyOf(lost)) return;
  throw invalid([
    {
      path: 'intermediate.id',
      message: `The recorded spec names the key that is lost, ${lost.id} of token ${lost.serial}: name another id or another token`,
    },
  ]);
}
