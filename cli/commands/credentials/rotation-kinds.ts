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

/** Null without the option. @throws CliError (exit 2) for a kind that is none, and for what does not go with it */
export function rotationKindOf(
  { kind: subjectKind, name }: CredentialSubject,
  users: readonly string[],
  options: Options,
): RotationKind | null {
  const { kind: word } = options;
  if (word === undefined || word === 'applications') return null;
  const text = String(word);
  const kind = kinds[text];
  if (kind === undefined || !Object.hasOwn(kinds, text)) throw unknownKind(name, text);
  if (subjectKind === 'cloud')
    throw refused(`${name} is a cloud that is no box: its ${text} are its own`, `rotate ${name}`);
  if (users.length > 0)
    throw refused(
      `${text} are of the whole box, not of ${users.join(', ')}`,
      `rotate ${name} --kind ${text}`,
    );
  if (options['emergency'] === true && kind.emergencyEnds === null)
    throw refused(`There is no emergency for ${text}`, `rotate ${name} --kind ${text} --due`);
  if (options['due'] === true && kind.due === 'never')
    throw refused('The password of admin never falls due', `rotate ${name} --kind ${text}`);
  if (options['due'] !== true && kind.due === 'only')
    throw refused(
      `${text} are replaced once they are due, and not before`,
      `rotate ${name} --kind ${text} --due`,
    );
  return kind;
}

function unknownKind(name: string, word: string): CliError {
  const names = ['applications', ...rotationKindNames];
  const near = nearestName(word, names);
  return new CliError('usage', `There is no kind ${word} to rotate; nothing was started`, {
    details: [`there are: ${names.join(', ')}${near === undefined ? '' : `. Did you mean ${near}?`}`],
    next: `holdfast credentials rotate ${name} --kind ${near ?? 'fernet'}`,
  });
}

const refused = (what: string, next: string): CliError =>
  new CliError('usage', `${what}; nothing was started`, { next: `holdfast credentials ${next}` });
