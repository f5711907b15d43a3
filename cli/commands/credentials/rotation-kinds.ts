// SPDX-License-Identifier: Apache-2.0
// What `credentials rotate --kind` takes: which operation each kind is, and which options go with it. Starts nothing.
import type { Options } from '../../command.ts';
import type { CredentialSubject } from '../../records/cloud-records.ts';
import { CliError } from '../../terminal/cli-error.ts';
import { nearestName } from '../../../workflows/contracts/run/nearest-name.ts';
import type { Operation } from '../../../workflows/contracts/run/operation.ts';
import { operations } from '../../../workflows/operations/index.ts';

interface RotationKind {
  readonly operation: Operation;
  /** What an emergency of it ends, for the question before one; null: there is none. */
  readonly emergencyEnds: string | null;
  /** `only`: it never replaces what is not due; `never`: nothing of it falls due. */
  readonly due: 'may' | 'only' | 'never';
  /** What its input has beside the name. */
  input(options: Options): object;
}

const rotatesKeys = (kind: 'fernet' | 'jws'): RotationKind => ({
  operation: operations.rotateKeystoneKeys,
  emergencyEnds: 'every token',
  due: 'may',
  input: (options) => ({
    kind,
    due: options['due'] === true,
    emergency: options['emergency'] === true,
  }),
});

/** Of boxes alone, by their names. Without a kind the application credentials are replaced. */
const kinds: Readonly<Record<string, RotationKind>> = {
  fernet: rotatesKeys('fernet'),
  jws: rotatesKeys('jws'),
  admin: {
    operation: operations.rotateAdministratorPassword,
    emergencyEnds: null,
    due: 'never',
    input: () => ({}),
  },
  certificates: {
    operation: operations.renewCertificates,
    emergencyEnds: null,
    due: 'only',
    input: () => ({}),
  },
};

export const rotationKindNames = Object.keys(kinds);

/** Null without the option. `again`: the command for the whole subject with other options. @throws CliError (exit 2) for a kind that is none, and for what does not go with it */
export function rotationKindOf(
  { kind: subjectKind, name }: CredentialSubject,
  users: readonly string[],
  options: Options,
  again: (changes: Options) => string,
): RotationKind | null {
  const { kind: word } = options;
  if (word === undefined || word === 'applications') return null;
  const text = String(word);
  const kind = kinds[text];
  if (kind === undefined || !Object.hasOwn(kinds, text)) throw unknownKind(text, again);
  if (subjectKind === 'cloud')
    throw refused(`${name} is a cloud that is no box: its ${text} are its own`, again({ kind: undefined }));
  if (users.length > 0) throw refused(`${text} are of the whole box, not of ${users.join(', ')}`, again({}));
  if (options['emergency'] === true && kind.emergencyEnds === null)
    throw refused(
      `There is no emergency for ${text}`,
      again({ emergency: undefined, due: kind.due !== 'never' }),
    );
  if (options['due'] === true && kind.due === 'never')
    throw refused('The password of admin never falls due', again({ due: undefined }));
  if (options['due'] !== true && kind.due === 'only')
    throw refused(`${text} are replaced once they are due, and not before`, again({ due: true }));
  return kind;
}

function unknownKind(word: string, again: (changes: Options) => string): CliError {
  const names = ['applications', ...rotationKindNames];
  const near = nearestName(word, names);
  return new CliError('usage', `There is no kind ${word} to rotate; nothing was started`, {
    details: [`there are: ${names.join(', ')}${near === undefined ? '' : `. Did you mean ${near}?`}`],
    next: again({ kind: near ?? 'fernet' }),
  });
}

const refused = (what: string, next: string): CliError =>
  new CliError('usage', `${what}; nothing was started`, { next });
