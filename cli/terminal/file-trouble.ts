// SPDX-License-Identifier: Apache-2.0
// What the operating system means when it refuses a file or folder, in words for the person who can mend that.
import { CliError } from './cli-error.ts';

const troubles: Readonly<Record<string, string>> = {
  EISDIR: 'it is a folder where a file belongs',
  ENOTDIR: 'a file stands where a folder belongs',
  EACCES: 'this user may not',
  EPERM: 'this user may not',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
};

/** Why a file cannot be used: in our words where there are some, else in the system's. */
export function troubleText(error: unknown): string {
  const { code = '' } = (error ?? {}) as NodeJS.ErrnoException;
  return troubles[code] ?? (error instanceof Error ? error.message : String(error));
}

/** Null for any other error. */
export function fileTrouble(error: unknown): CliError | null {
  const { code, path, message } = (error ?? {}) as NodeJS.ErrnoException;
  // Reading a folder as a file names no path.
  if (!(error instanceof Error) || !/^E[A-Z]+$/.test(code ?? '')) return null;
  if (path === undefined && code !== 'EISDIR') return null;
  return new CliError('failed', `${path ?? 'A file'} cannot be used: ${troubles[code ?? ''] ?? code}`, {
    details: [`cause: ${message ?? ''}`],
    next: 'Mend the file or folder named, then run the command again',
  });
}
