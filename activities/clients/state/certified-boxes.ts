// SPDX-License-Identifier: Apache-2.0
// Which recorded boxes have their certificate from an authority. Changes nothing.
import { join } from 'node:path';
import type { CertifiedBox } from '../../../workflows/contracts/authority/public-certificate.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { subjectFolders } from '../../../workflows/contracts/run/subject.ts';
import { Failure } from '../failure.ts';
import { namesIn } from './local-files.ts';
import { recordedSpec } from './recorded-specs.ts';

/**
 * By their names. `beside`: a spec that is not recorded yet; it replaces the recorded one of its box.
 * @throws Failure Rejected when one cannot be read: its name would be forgotten
 */
export async function certifiedBoxes(
  stateDirectory: string,
  authority: string,
  beside: readonly BoxSpec[] = [],
): Promise<CertifiedBox[]> {
  return (await certifiedSpecs(stateDirectory, authority, beside))
    .flatMap(({ access, networks }): CertifiedBox[] =>
      access.name === undefined ? [] : [{ name: access.name, address: networks.management.address }],
    )
    .sort((one, other) => (one.name < other.name ? -1 : 1));
}

/** The specs of these boxes, in no order. @throws Failure Rejected as above */
export async function certifiedSpecs(
  stateDirectory: string,
  authority: string,
  beside: readonly BoxSpec[] = [],
): Promise<BoxSpec[]> {
  const folder = join(stateDirectory, subjectFolders.box);
  const names = await namesIn(folder).catch((cause: unknown) => {
    throw new Failure('Rejected', `It is unknown which boxes ${authority} certifies`, { on: folder, cause });
  });
  const others = names.filter((name) => beside.every((spec) => spec.name !== name));
  const recorded = await Promise.all(others.map((name) => recordedSpec(stateDirectory, name)));
  return [...recorded, ...beside].filter(
    (spec): spec is BoxSpec => spec?.certificates.authority === authority,
  );
}
