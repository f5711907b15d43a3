// SPDX-License-Identifier: Apache-2.0
// `npm run proofs -- [--due | --all | --list | NAME …] [--whole]`: takes long proofs and writes the ledger's line of each that passed.
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { bin, clearReports, readReport, root, runProgram, vitestArguments } from '../../vitest-run.mjs';
import { dueProofs, readProofs } from './ledger.mjs';

/** Longest time of one run. Nothing here may wait for ever; all of them whole took 8 h at most. */
const longestSeconds = 8 * 3600;

/**
 * Three at once: most of their time is waiting, for heartbeats and services.
 * @param {readonly import('./ledger.mjs').Proof[]} proofs @param {boolean} isWhole every moment and batch, not a seeded part
 * @param {number} timeoutSeconds then the run is ended, which counts as a failure
 * @returns {Promise<{ code: number }>} the report lies in test-results/proofs.json
 */
export async function runProofs(proofs, isWhole = false, timeoutSeconds = longestSeconds) {
  const names = proofs.map(({ name }) => name);
  console.log(`taking ${names.length} proofs: ${names.join(', ')}`);
  const environment = {
    HOLDFAST_GATE_QUIET: '0',
    // The reporter writes the ledger as each file ends, so that an interrupted run loses one proof at most.
    HOLDFAST_LEDGER: '1',
    HOLDFAST_PROOFS: isWhole ? 'whole' : 'seeded',
    HOLDFAST_SHARED_CLOUD: proofs.length > 2 ? '1' : '0',
  };
  const files = proofs.map(({ file }) => file);
  const options = { shown: true, environment, timeoutSeconds };
  return runProgram(bin('vitest'), vitestArguments('proofs', files, 3), options);
}

async function main() {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: {
      due: { type: 'boolean', default: false },
      all: { type: 'boolean', default: false },
      list: { type: 'boolean', default: false },
      whole: { type: 'boolean', default: false },
    },
  });
  const known = readProofs(root);
  if (values.list) return list(known);
  const unknown = positionals.filter((name) => !known.some((proof) => proof.name === name));
  if (unknown.length > 0 || (positionals.length === 0 && !values.due && !values.all)) {
    const reason = unknown.length > 0 ? `There is no proof ${unknown.join(', ')}\n` : '';
    console.error(`${reason}usage: npm run proofs -- [--due | --all | --list | NAME …] [--whole]`);
    console.error(`proofs: ${known.map(({ name }) => name).join(', ')}`);
    return 2;
  }
  const named = known.filter(({ name }) => positionals.includes(name));
  const proofs = values.all ? known : values.due ? dueProofs(known) : named;
  if (proofs.length === 0) {
    console.log('no proof is due');
    return 0;
  }
  clearReports();
  const { code } = await runProofs(proofs, values.whole);
  const report = readReport('proofs');
  const failed = (report?.failed ?? 0) + (code !== 0 && (report?.failed ?? 0) === 0 ? 1 : 0);
  console.log(`${report?.passed ?? 0} passed, ${failed} failed`);
  return code;
}

/** @param {readonly import('./ledger.mjs').Proof[]} proofs */
function list(proofs) {
  for (const { name, reason, entry } of proofs) {
    const taken =
      entry === null ? '' : `${entry.takenAt} at ${entry.commit}, ${entry.seconds} s, ${entry.part}`;
    console.log(`${name.padEnd(20)} ${(reason ?? 'proved').padEnd(14)} ${taken}`);
  }
  return dueProofs(proofs).length === 0 ? 0 : 1;
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) process.exit(await main());
