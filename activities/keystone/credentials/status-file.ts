// SPDX-License-Identifier: Apache-2.0
// Which users the status of the last rotation lists. Writes nothing.
import { parseStatusFile } from '../../../workflows/contracts/credentials/credential.schema.ts';
import { jsonOrNull } from '../../../workflows/contracts/run/json.ts';
import { Failure } from '../../clients/failure.ts';
import { readText } from '../../clients/state/local-files.ts';

/** None before the first status was written. @throws Failure Rejected when it cannot be read: nothing is known of who left */
export async function recordedUsers(path: string): Promise<string[]> {
  const text = await readText(path);
  if (text === null) return [];
  const parsed = parseStatusFile(jsonOrNull(text));
  if (parsed.ok) return parsed.value.users.map(({ user }) => user);
  throw new Failure('Rejected', `${path} cannot be read as a status of credentials`, {
    on: path,
    cause: parsed.issues.map((issue) => `${issue.path}: ${issue.message}`).join('; '),
    hint: 'Delete the file; credentials of users that left the spec have names that begin with holdfast-',
  });
}
