// SPDX-License-Identifier: Apache-2.0
// Which intermediate of an authority issues leaves, by the record of its activation. Asks no box.
import { join } from 'node:path';
import { parseActivation } from '../../../workflows/contracts/authority/server.schema.ts';
import { activationFile, type Activation } from '../../../workflows/contracts/authority/server.ts';
import { readRecord } from './record-files.ts';

/** Null before the first activation. @throws Failure Rejected when it cannot be read */
export const activationOf = (stateDirectory: string, authority: string): Promise<Activation | null> =>
  readRecord(join(stateDirectory, activationFile(authority)), parseActivation);
