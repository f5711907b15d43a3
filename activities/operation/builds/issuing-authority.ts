// SPDX-License-Identifier: Apache-2.0
// The authority that the spec of a box names, as its table is told of it. Refuses one that cannot certify the box.
import { join } from 'node:path';
import { serverNameFiles } from '../../../workflows/box/authority/model.ts';
import { isPermitted } from '../../../workflows/contracts/authority/authority-spec.ts';
import type { IssuingAuthority } from '../../../workflows/contracts/authority/public-certificate.ts';
import { activationFile } from '../../../workflows/contracts/authority/server.ts';
import { parseActivation } from '../../../workflows/contracts/authority/server.schema.ts';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { CeremonyRecords } from '../../clients/ca/ceremony-records.ts';
import { pem } from '../../clients/ca/pem.ts';
import { pinnedRoot } from '../../clients/ca/root.ts';
import { certifiedBoxes } from '../../clients/state/certified-boxes.ts';
import { readText } from '../../clients/state/local-files.ts';
import { recordedAuthority } from '../../clients/state/recorded-authorities.ts';
import { invalid } from '../inputs.ts';

/**
 * Null for a box that names none.
 * @throws ApplicationFailure InvalidInput for one that is not recorded, serves nothing, or may not certify the name
 */
export async function issuingAuthority(
  spec: BoxSpec,
  stateDirectory: string,
): Promise<IssuingAuthority | null> {
  const {
    certificates: { authority: name },
    access,
  } = spec;
  if (name === undefined) return null;
  const refused = (message: string) => invalid([{ path: 'certificates.authority', message }]);
  const recorded = await recordedAuthority(stateDirectory, name);
  if (recorded === null)
    throw refused(`There is no authority ${name} in this state directory; next: holdfast ca record FILE`);
  const { server } = recorded.spec;
  if (server === undefined)
    throw refused(
      `Authority ${name} issues nothing: its spec has no server; next: add one, then holdfast ca record FILE`,
    );
  const generation = await activeGeneration(stateDirectory, name);
  if (generation === null)
    throw refused(
      `No intermediate of authority ${name} is active; next: holdfast ca activate ${name} GENERATION`,
    );
  const { root, profile } = await new CeremonyRecords(stateDirectory, {
    authority: name,
    generation,
  }).requireCeremony();
  // The schema demands a name; what is not recorded by it has none to certify.
  if (access.name === undefined || !isPermitted(access.name, profile)) {
    const permitted = profile.permitted.join(', ');
    const message = `Authority ${name} may not certify ${access.name ?? 'a box without a name'}: it is for ${permitted} and names below`;
    throw invalid([{ path: 'access.name', message }]);
  }
  const certified = await certifiedBoxes(stateDirectory, name, [spec]);
  const [hosts] = serverNameFiles(recorded.spec, server, certified);
  return {
    name,
    generation,
    names: server.names,
    address: server.network.address,
    hosts: hosts?.content ?? '',
    root: pem('CERTIFICATE', pinnedRoot(root).der),
  };
}

/** Null before the first activation. @throws ApplicationFailure InvalidInput for a record that is damaged */
async function activeGeneration(stateDirectory: string, authority: string): Promise<number | null> {
  const path = join(stateDirectory, activationFile(authority));
  const text = await readText(path);
  if (text === null) return null;
  const parsed = parseActivation(jsonOrNull(text));
  if (parsed.ok) return parsed.value.generation;
  const message = `${path} is damaged: which intermediate is active is unknown; next: holdfast ca activate ${authority} GENERATION`;
  throw invalid([{ path: 'certificates.authority', message }]);
}
