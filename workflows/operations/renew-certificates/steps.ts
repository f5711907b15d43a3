// SPDX-License-Identifier: Apache-2.0
// The steps of an install that have to do with certificates: those that issue them, the units that read them, and the proof
// that the cloud answers afterwards. Pure.
import { keptSteps } from '../../contracts/run/kept-steps.ts';
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { UnitArgs } from '../../ports/host.ts';
import type { CertificatesArgs } from '../../ports/pki.ts';

/** Takes the steps as the install has them, so that a certificate is looked at in one way only. */
export function renewCertificatesSteps(steps: readonly CompiledStep[]): CompiledStep[] {
  const paths = new Set(steps.flatMap(certificatePaths));
  // A certificate of an authority lives for weeks: the record of its end would soon be one of the past.
  const hasTaken = steps.some(takes);
  return keptSteps(
    steps,
    (step) =>
      issues(step) || takes(step) || reads(step, paths) || proves(step) || (hasTaken && records(step)),
  );
}

function issues({ observe }: CompiledStep): boolean {
  return observe.activity === 'observeCertificates';
}

/** Of an authority: taken, and served. */
function takes({ observe }: CompiledStep): boolean {
  return ['observePublicCertificate', 'observeServedCertificate'].includes(observe.activity);
}

function certificatePaths(step: CompiledStep): string[] {
  if (!issues(step)) return [];
  const { authorityPath, certificates } = step.observe.args as CertificatesArgs;
  return [
    authorityPath,
    ...certificates.flatMap(({ certificatePath, keyPath }) => [certificatePath, keyPath]),
  ];
}

function reads({ observe }: CompiledStep, paths: ReadonlySet<string>): boolean {
  return (
    observe.activity === 'observeUnit' && (observe.args as UnitArgs).files.some((path) => paths.has(path))
  );
}

/** Units that were restarted run before they are reached again from outside. */
function proves({ observe }: CompiledStep): boolean {
  return observe.activity === 'observeToken';
}

/** When each certificate ends. */
function records({ observe }: CompiledStep): boolean {
  return observe.activity === 'observeEvidence';
}
