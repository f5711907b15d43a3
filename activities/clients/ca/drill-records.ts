// SPDX-License-Identifier: Apache-2.0
// The files of one drill below the state directory. Decides nothing.
import { join } from 'node:path';
import {
  parseDrillBeginning,
  parseDrillResult,
  parsePartTimes,
} from '../../../workflows/contracts/authority/drill.schema.ts';
import {
  drillFiles,
  drillFolder,
  type DrillBeginning,
  type DrillRef,
  type DrillResult,
  type PartTimes,
} from '../../../workflows/contracts/authority/drill.ts';
import { Failure } from '../failure.ts';
import { writeFileAtomically } from '../state/local-files.ts';
import { writeOnce } from '../state/written-once.ts';
import { readRecord, recordBytes } from './record-files.ts';

export class DrillRecords {
  readonly folder: string;

  constructor(stateDirectory: string, ref: DrillRef) {
    this.folder = join(stateDirectory, drillFolder(ref));
  }

  /** Null before the drill. @throws Failure Rejected when it cannot be read */
  beginning(): Promise<DrillBeginning | null> {
    return readRecord(join(this.folder, drillFiles.beginning), parseDrillBeginning);
  }

  async requireBeginning(): Promise<DrillBeginning> {
    const beginning = await this.beginning();
    if (beginning !== null) return beginning;
    throw new Failure('Unreachable', 'The beginning of the drill is not recorded yet', { on: this.folder });
  }

  /** The first one stays. */
  async offerBeginning(beginning: DrillBeginning): Promise<void> {
    await writeOnce(join(this.folder, drillFiles.beginning), recordBytes(beginning));
  }

  /** Of the last run; null for a part that no run was started for. */
  part(part: string): Promise<PartTimes | null> {
    return readRecord(this.#path(part), parsePartTimes);
  }

  async writePart(part: string, times: PartTimes): Promise<void> {
    await writeFileAtomically(this.#path(part), `${JSON.stringify(times, null, 2)}\n`, 0o600);
  }

  result(): Promise<DrillResult | null> {
    return readRecord(join(this.folder, drillFiles.result), parseDrillResult);
  }

  async offerResult(result: DrillResult): Promise<void> {
    await writeOnce(join(this.folder, drillFiles.result), recordBytes(result));
  }

  #path(part: string): string {
    return join(this.folder, drillFiles.part(part));
  }
}
