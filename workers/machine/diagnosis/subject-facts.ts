// SPDX-License-Identifier: Apache-2.0
// What a support bundle says of boxes and other subjects: their records, leases, claims, canaries, and what boxes logged.
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { claimsDirectory, machineDirectory } from '../../../activities/hosts/places.ts';
import { subjectFolders } from '../../../workflows/contracts/run/subject.ts';
import { readBoxLogs } from '../box-logs.ts';
import { tailOf, type SupportEntry } from './machine-facts.ts';

/** Of each log of a box. */
const linesOfBox = 200;
/** A box that does not answer is left out. */
const boxSeconds = 60;

export async function subjectEntries(stateDirectory: string): Promise<SupportEntry[]> {
  const records = await Promise.all(
    Object.values(subjectFolders).map((folder) => filesBelow(stateDirectory, folder)),
  );
  const canaries = await filesBelow(stateDirectory, 'canaries');
  const leases = await filesBelow(machineDirectory, 'leases');
  const claims = await filesBelow(claimsDirectory, '.');
  return [
    ...records.flat().map((path) => fileEntry(stateDirectory, path)),
    ...canaries.map((path) => fileEntry(stateDirectory, path)),
    ...leases.map((path) => fileEntry(machineDirectory, path)),
    ...claims.map((path) => ({ ...fileEntry(claimsDirectory, path), name: join('claims', path) })),
    ...(await boxesIn(stateDirectory)).map(logsOfBox),
  ];
}

const fileEntry = (folder: string, path: string): SupportEntry => ({
  name: path,
  read: () => tailOf(join(folder, path)),
});

/** Files that a bundle may hold, relative to `base`: texts of ours, no dumps and no keys. */
async function filesBelow(base: string, folder: string): Promise<string[]> {
  const entries = await readdir(join(base, folder), { recursive: true, withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isFile() && /\.(json|ndjson|yaml)$|^(lease|epoch)/.test(entry.name))
    .map((entry) => join(entry.parentPath, entry.name).slice(base.length + 1))
    .sort();
}

async function boxesIn(stateDirectory: string): Promise<string[]> {
  const entries = await readdir(join(stateDirectory, subjectFolders.box), { withFileTypes: true }).catch(
    () => [],
  );
  return entries.filter((entry) => entry.isDirectory()).map(({ name }) => name);
}

function logsOfBox(box: string): SupportEntry {
  return {
    name: `boxes/${box}/services.log`,
    read: async () => {
      const lines: string[] = [];
      const request = {
        box,
        services: [],
        lines: linesOfBox,
        follow: false,
        sinceSeconds: null,
        level: null,
      };
      await readBoxLogs(request, (text) => lines.push(text), AbortSignal.timeout(boxSeconds * 1000));
      return lines.join('\n');
    },
  };
}
