// SPDX-License-Identifier: Apache-2.0
// Specs of authorities as the state directory has them. Parses them again: others than our command line may have written them.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import {
  authoritySpecFile,
  type AuthoritySpec,
} from '../../../workflows/contracts/authority/authority-spec.ts';
import {
  authorityName,
  parseAuthoritySpec,
} from '../../../workflows/contracts/authority/authority-spec.schema.ts';
import { Failure } from '../failure.ts';
import { readStandingSpec } from './subject-specs.ts';

export interface RecordedAuthority {
  readonly spec: AuthoritySpec;
  /** SHA-256 of its file. */
  readonly digest: string;
}

/** Null when none is recorded. @throws Failure Rejected when another user wrote it, or it cannot be read or is damaged */
export async function recordedAuthority(
  stateDirectory: string,
  name: string,
): Promise<RecordedAuthority | null> {
  // It becomes part of a path.
  if (!authorityName.safeParse(name).success) return null;
  const file = await readStandingSpec(stateDirectory, { kind: 'authority', name });
  if (file.kind === 'absent') return null;
  const on = join(stateDirectory, authoritySpecFile(name));
  const hint = 'Record it again: holdfast ca record FILE';
  if (file.kind !== 'read') throw new Failure('Rejected', file.why, { on, hint });
  const parsed = parseAuthoritySpec(file.value);
  if (parsed.ok) return { spec: parsed.value, digest: createHash('sha256').update(file.text).digest('hex') };
  const cause = parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; ');
  throw new Failure('Rejected', `The recorded spec of authority ${name} is damaged`, { on, cause, hint });
}
