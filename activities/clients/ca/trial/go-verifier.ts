// SPDX-License-Identifier: Apache-2.0
// Has Go's crypto/x509 verify chains, where Go is installed: a small program, compiled once into the cache.
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { execa } from 'execa';
import { Failure } from '../../failure.ts';
import type { Chain } from './openssl-verifier.ts';
import build from './build-verifier.sh';
import source from './verify.go';

export interface GoVerifier {
  /** `go 1.26.8`. */
  readonly version: string;
  /** For each chain null when it is accepted, else why not. Host empty: it serves none. */
  judge(chains: readonly HostChain[]): Promise<readonly (string | null)[]>;
}

interface HostChain {
  readonly chain: Chain;
  readonly host: string;
}

/** Of the script: Go is not installed. */
const absent = 69;
/** @source a second with Go's library compiled, a minute without on two busy processors */
const buildMilliseconds = 300_000;

/** Null where Go is not installed. @throws Failure PreconditionFailed where it is and compiles nothing */
export async function goVerifier(cacheDirectory: string): Promise<GoVerifier | null> {
  const folder = join(cacheDirectory, 'go-verifier');
  const digest = createHash('sha256').update(source).digest('hex').slice(0, 16);
  const words = ['-c', build, 'building a verifier', folder, digest];
  const ended = await execa('sh', words, { input: source, reject: false, timeout: buildMilliseconds });
  if (ended.exitCode === absent) return null;
  const [version = '', program = ''] = ended.stdout.split('\n');
  if (ended.exitCode !== 0 || program === '')
    throw new Failure('PreconditionFailed', 'Go cannot compile the verifier', {
      on: folder,
      cause: ended.stderr.trim().split('\n').at(-1) ?? ended.shortMessage,
      hint: 'Repair Go, or take it off the PATH: chains are judged without it then',
    });
  return {
    version: `go ${version.replace(/^go/, '')}`,
    judge: (chains) => judged(program, chains),
  };
}

async function judged(program: string, chains: readonly HostChain[]): Promise<(string | null)[]> {
  const base64 = (der: Buffer): string => der.toString('base64');
  const input = chains.map(({ chain: { root, intermediates, crls, leaf }, host }) => ({
    root: base64(root),
    intermediates: intermediates.map(base64),
    crls: crls.map(base64),
    leaf: base64(leaf),
    host,
  }));
  const ended = await execa(program, { input: JSON.stringify(input), reject: false, timeout: 30_000 });
  const refusals: unknown = ended.exitCode === 0 ? JSON.parse(ended.stdout) : null;
  if (Array.isArray(refusals) && refusals.length === chains.length) return refusals as (string | null)[];
  throw new Failure('PreconditionFailed', 'The verifier of Go gave no verdict', {
    on: program,
    cause: ended.stderr.trim() || (ended.shortMessage ?? ''),
  });
}
