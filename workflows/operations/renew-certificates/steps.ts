// SPDX-License-Identifier: Apache-2.0
// The rows of an install that have to do with certificates: those that issue them, the units that read them, and the proof
// that the cloud answers afterwards. Pure.
import type { CompiledRow } from '../../contracts/run/table.ts';
import type { UnitArgs } from '../../ports/host.ts';
import type { CertificatesArgs } from '../../ports/pki.ts';

/** Takes the rows as the install has them, so that a certificate is looked at in one way only. */
export function renewCertificatesRows(rows: readonly CompiledRow[]): CompiledRow[] {
  const paths = new Set(rows.flatMap(certificatePaths));
  const kept = new Set(
    rows.filter((row) => issues(row) || reads(row, paths) || proves(row)).map(({ id }) => id),
  );
  const byId = new Map(rows.map((row) => [row.id, row]));
  return rows.filter(({ id }) => kept.has(id)).map((row) => ({ ...row, after: standsOn(row, kept, byId) }));
}

function issues({ observe }: CompiledRow): boolean {
  return observe.activity === 'observeCertificates';
}

function certificatePaths(row: CompiledRow): string[] {
  if (!issues(row)) return [];
  const { authorityPath, certificates } = row.observe.args as CertificatesArgs;
  return [
    authorityPath,
    ...certificates.flatMap(({ certificatePath, keyPath }) => [certificatePath, keyPath]),
  ];
}

function reads({ observe }: CompiledRow, paths: ReadonlySet<string>): boolean {
  return (
    observe.activity === 'observeUnit' && (observe.args as UnitArgs).files.some((path) => paths.has(path))
  );
}

/** Units that were restarted run before they are reached again from outside. */
function proves({ observe }: CompiledRow): boolean {
  return observe.activity === 'observeToken';
}

/** The nearest kept rows that a row stands on, through those that are left out. */
function standsOn(
  row: CompiledRow,
  kept: ReadonlySet<string>,
  byId: ReadonlyMap<string, CompiledRow>,
): string[] {
  const found = row.after.flatMap((id) => {
    const parent = byId.get(id);
    if (kept.has(id) || parent === undefined) return [id];
    return standsOn(parent, kept, byId);
  });
  return [...new Set(found)];
}
