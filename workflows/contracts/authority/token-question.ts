// SPDX-License-Identifier: Apache-2.0
// What a person at a station is asked while a token is missing, and how often the person is reminded. Pure.
import type { Question } from '../run/question.ts';

export type TokenRole = 'root' | 'intermediate';

/** @source twice a day: a ceremony waits for hands that are at work, and more would be ignored */
export const remindSeconds = 43_200;

/** The serial number is typed again, so that a person looked at the token in hand. */
export function tokenQuestion(role: TokenRole, serial: string, station: string): Question {
  return {
    text: `plug in the token of the ${role}, serial number ${serial}, at station ${station}`,
    fields: {
      serial: {
        label: 'serial number of the token that was plugged in',
        pattern: serial.replaceAll(/[.*+?^${}()|[\]\\]/g, '\\$&'),
      },
    },
  };
}
