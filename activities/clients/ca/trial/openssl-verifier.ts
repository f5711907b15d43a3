// SPDX-License-Identifier: Apache-2.0
// Has OpenSSL verify a chain. Certificates alone are in its files; they are removed when it ends.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { execa } from 'execa';
import { pem } from '../pem.ts';
import { Failure } from '../../failure.ts';

/** Everything in DER. */
export interface Chain {
  readonly root: Buffer;
  /** Between root and leaf; sent by a server, not trusted. */
  readonly intermediates: readonly Buffer[];
  /** None: revocation is not checked. Else there has to be one of each authority of the chain. */
  readonly crls: readonly Buffer[];
  readonly leaf: Buffer;
}

/** Null for a chain that it accepts, else why not, in its words. @throws Failure PreconditionFailed without OpenSSL */
export async function judgeByOpenssl({ root, intermediates, crls, leaf }: Chain): Promise<string | null> {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-verify-'));
  const write = async (
    name: string,
    label: 'CERTIFICATE' | 'X509 CRL',
    ders: readonly Buffer[],
  ): Promise<string> => {
    const path = join(folder, name);
    await writeFile(path, ders.map((der) => pem(label, der)).join(''));
    return path;
  };
  try {
    const words = ['verify', '-x509_strict', '-CAfile', await write('root.pem', 'CERTIFICATE', [root])];
    if (intermediates.length > 0)
      words.push('-untrusted', await write('chain.pem', 'CERTIFICATE', intermediates));
    if (crls.length > 0) words.push('-crl_check_all', '-CRLfile', await write('crls.pem', 'X509 CRL', crls));
    const { exitCode, stderr } = await openssl([...words, await write('leaf.pem', 'CERTIFICATE', [leaf])]);
    return exitCode === 0
      ? null
      : (/^error (?!.*: verification failed)(.*)$/m.exec(stderr)?.[1] ?? stderr.trim());
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

export async function opensslVersion(): Promise<string> {
  const { stdout } = await openssl(['version']);
  return `openssl ${/^\S+ (\S+)/.exec(stdout)?.[1] ?? ''}`.trim();
}

async function openssl(words: readonly string[]) {
  const ended = await execa('openssl', words, { reject: false, timeout: 30_000, stdin: 'ignore' });
  if (ended.exitCode !== undefined) return { ...ended, exitCode: ended.exitCode };
  throw new Failure('PreconditionFailed', 'OpenSSL cannot be run', {
    on: 'this machine',
    cause: ended.timedOut ? 'no end within 30 s' : (ended.shortMessage ?? ''),
    hint: 'Run: apt-get install openssl; then resolve the step with --retry',
  });
}
