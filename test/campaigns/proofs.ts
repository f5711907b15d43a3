// SPDX-License-Identifier: Apache-2.0
// The proofs of which a run of the tests takes a seeded part, whole: every moment of a kill, every batch of sabotage.
import { execa } from 'execa';
import { openLedger } from './ledger.ts';

const files = ['whole-box', 'sabotage', 'guests', 'debian-12'].map(
  (name) => `test/proofs/${name}.system.test.ts`,
);

/** Returns how many files failed. */
export async function proofsCampaign(): Promise<number> {
  const ledger = await openLedger('proofs');
  let bad = 0;
  for (const file of files) {
    const begun = Date.now();
    const { exitCode } = await execa('npx', ['vitest', 'run', '--project', 'system', file], {
      env: { HOLDFAST_PROOFS: 'whole' },
      reject: false,
      stdio: 'inherit',
    });
    if (exitCode !== 0) bad += 1;
    const seconds = Math.round((Date.now() - begun) / 1000);
    await ledger.append({ file, outcome: exitCode === 0 ? 'passed' : 'failed', seconds });
  }
  return bad;
}
