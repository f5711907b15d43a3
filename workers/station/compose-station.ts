// SPDX-License-Identifier: Apache-2.0
// Builds what the activities of a station are given. Starts nothing.
import { join } from 'node:path';
import { Tokens } from '../../activities/clients/token/tokens.ts';
import { PinJournal } from '../../activities/station/pin-journal.ts';
import { Pins } from '../../activities/station/pins.ts';
import type { Station } from '../../activities/station/station.ts';
import type { StationSurroundings, TokenAccess } from './request.ts';

/**
 * Until the prompt for a PIN gives up, milliseconds. The step waits on, and asks again.
 * @source within the ten minutes that an activity of a step may take
 */
const promptMilliseconds = 300_000;

export function composeStation(
  name: string,
  { module, pinFiles }: TokenAccess,
  { stateDirectory, tokenCommand, ask }: StationSurroundings,
): Station {
  const tokens = new Tokens({ module, command: tokenCommand });
  const pins = new Pins({
    station: name,
    tokens,
    // Of all stations of this machine: a source that one of them sent is not sent by another.
    journal: new PinJournal(join(stateDirectory, 'stations', 'pins')),
    files: new Map(Object.entries(pinFiles)),
    ask: ask === null ? null : (question) => ask(question, promptMilliseconds),
  });
  return { name, stateDirectory, tokens, pins };
}
