// SPDX-License-Identifier: Apache-2.0
// The steps of an install that have to do with certificates: those that issue them, the units that read them, and the proof
// that the cloud answers afterwards. Pure.
import type { CompiledStep } from '../../contracts/run/table.ts';
import type { UnitArgs } from '../../ports/host.ts';
import type { CertificatesArgs } from '../../ports/pki.ts';

/** Takes the steps as the install has them, so that a certificate is looked at in one way only. */
export function renewCertificatesSteps(steps: readonly CompiledStep[]): CompiledStep[] {
  const paths = new Set(steps.flatMap(certificatePaths));
  const kept = new Set(
    steps.filter((step) => issues(step) || reads(step, paths) || proves(step)).map(({ id }) => id),
  );
  const byId = new Map(steps.map((step) => [step.id, step]));
  return steps
    .filter(({ id }) => kept.has(id))
    .map((step) => ({ ...step, after: standsOn(step, kept, byId) }));
}

function issues({ observe }: CompiledStep): boolean {
  return observe.activity === 'observeCertificates';
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

/** The nearest kept steps that a step stands on, through those that are left out. */
function standsOn(
  step: CompiledStep,
  kept: ReadonlySet<string>,
  byId: ReadonlyMap<string, CompiledStep>,
): string[] {
  const found = step.after.flatMap((id) => {
    const parent = byId.get(id);
    if (kept.has(id) || parent === undefined) return [id];
    return standsOn(parent, kept, byId);
  });
  return [...new Set(found)];
}
