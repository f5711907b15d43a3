// SPDX-License-Identifier: Apache-2.0
// Specs of clouds as the state directory has them. Parses them again: others than our command line may have written them.
import { join } from 'node:path';
import { cloudSpecFile, type CloudSpec } from '../../../workflows/contracts/cloud/cloud-spec.ts';
import { cloudName, parseCloudSpec } from '../../../workflows/contracts/cloud/cloud-spec.schema.ts';
import { Failure } from '../failure.ts';
import { readStandingSpec } from './subject-specs.ts';

/** Null when none is recorded. @throws Failure Rejected when another user wrote it, or it cannot be read or is damaged */
export async function recordedCloud(stateDirectory: string, name: string): Promise<CloudSpec | null> {
  // It becomes part of a path.
  if (!cloudName.safeParse(name).success) return null;
  const file = await readStandingSpec(stateDirectory, { kind: 'cloud', name });
  if (file.kind === 'absent') return null;
  const on = join(stateDirectory, cloudSpecFile(name));
  const hint = 'Record it again: holdfast cloud record FILE';
  if (file.kind !== 'read') throw new Failure('Rejected', file.why, { on, hint });
  const parsed = parseCloudSpec(file.value);
  if (parsed.ok) return parsed.value;
  const cause = parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new Failure('Rejected', `The recorded spec of cloud ${name} is damaged`, { on, cause, hint });
}
