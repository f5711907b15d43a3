// SPDX-License-Identifier: Apache-2.0
// What a backup holds, and its age encryption by a passphrase. Any age program opens one; reads no state itself.
import { Decrypter, Encrypter } from 'age-encryption';
import { z } from 'zod';
import { Failure } from '../../activities/clients/failure.ts';
import { subjectFolders } from '../../workflows/contracts/run/subject.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';

/** Folders of the state directory that a live box cannot do without. */
export const savedFolders: readonly string[] = ['secrets', 'destroyed', ...Object.values(subjectFolders)];

/** Below a saved folder, and no way out of it. */
const savedPath = z.string().refine(
  (path) => {
    const [folder = '', ...rest] = path.split('/');
    const isPlain = rest.every(
      (part) => part !== '' && part !== '.' && part !== '..' && !part.includes('\0'),
    );
    return savedFolders.includes(folder) && rest.length > 0 && isPlain;
  },
  `Not a path below ${savedFolders.join('/ or ')}/`,
);

const documentSchema = z.object({
  format: z.literal('holdfast-backup/1'),
  createdAt: z.string(),
  stateDirectory: z.string(),
  files: z.array(z.object({ path: savedPath, mode: z.int().min(0).max(0o777), content: z.base64() })),
});

export type BackupDocument = z.infer<typeof documentSchema>;

/** Fewer letters are guessed in no time by whoever finds the file. */
const passphraseLettersMin = 8;

/** Without the line's end that an editor or a terminal puts behind it. @throws Failure when it is too short */
export function passphraseOf(stdin: string): string {
  const passphrase = stdin.replace(/\r?\n$/, '');
  if ([...passphrase].length >= passphraseLettersMin) return passphrase;
  throw new Failure(
    'PreconditionFailed',
    `The passphrase has fewer than ${passphraseLettersMin} letters; nothing was written`,
    {
      on: 'the passphrase',
      hint: 'Choose a longer one: the passphrase and the file together open every box in it',
    },
  );
}

export async function encrypted(document: BackupDocument, passphrase: string): Promise<Uint8Array> {
  const encrypter = new Encrypter();
  encrypter.setPassphrase(passphrase);
  return encrypter.encrypt(JSON.stringify(document));
}

/** @throws Failure `PreconditionFailed` for a wrong passphrase, and for a file that is not a backup of holdfast */
export async function decrypted(
  bytes: Uint8Array,
  passphrase: string,
  path: string,
): Promise<BackupDocument> {
  const decrypter = new Decrypter();
  decrypter.addPassphrase(passphrase);
  const text = await decrypter.decrypt(bytes, 'text').catch((cause: unknown) => {
    // Only this one says that the passphrase does not fit; every other error is about the bytes.
    if (!(cause instanceof Error) || cause.message !== wrongPassphrase) throw damagedBackup(path, cause);
    throw new Failure(
      'PreconditionFailed',
      `${path} does not open with this passphrase; nothing was changed`,
      { on: path, hint: 'Try the passphrase that was given when the backup was made', cause },
    );
  });
  const parsed = documentSchema.safeParse(jsonOrNull(text));
  if (parsed.success) return parsed.data;
  throw new Failure(
    'PreconditionFailed',
    `${path} opens, but is no backup that this release understands; nothing was changed`,
    {
      on: path,
      hint: 'Restore it with the release that wrote it',
      cause: new Error(parsed.error.issues[0]?.message ?? 'no JSON'),
    },
  );
}

/** @source age-encryption 0.3: what its decrypter says when no passphrase opens the header */
const wrongPassphrase = "no identity matched any of the file's recipients";

function damagedBackup(path: string, cause: unknown): Failure {
  return new Failure(
    'PreconditionFailed',
    `${path} is not a whole backup: it was cut off or changed; nothing was changed`,
    { on: path, hint: 'Name another copy of it, or an earlier backup', cause },
  );
}

/** Names of the boxes whose record is among the files, sorted. */
export function boxesIn({ files }: BackupDocument): string[] {
  const names = files.flatMap(({ path }) => /^boxes\/([^/]+)\/spec\.json$/.exec(path)?.[1] ?? []);
  return [...new Set(names)].sort();
}
