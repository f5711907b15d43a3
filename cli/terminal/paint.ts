// SPDX-License-Identifier: Apache-2.0
// Colours, or none: NO_COLOR, CLICOLOR_FORCE, TERM=dumb and --no-color decide. Lays nothing out.
import type { Options } from '../command.ts';
import type { Io, Output } from './io.ts';

const codes = { bold: 1, dim: 2, red: 31, green: 32, yellow: 33, cyan: 36 } as const;

export type Colour = keyof typeof codes | 'plain';
export type Paint = (colour: Colour, text: string) => string;

export const noPaint: Paint = (_, text) => text;

/** The flag overrides the environment, and a request for no color overrides one for color. */
export function paintFor({ environment }: Io, output: Output, options: Options = {}): Paint {
  if (options['color'] === false || environment['NO_COLOR']) return noPaint;
  const forced = environment['CLICOLOR_FORCE'];
  if (forced !== undefined && forced !== '' && forced !== '0') return colours;
  const isPlain = environment['TERM'] === 'dumb' || Boolean(environment['CI']) || options['input'] === false;
  return output.isTty && !isPlain ? colours : noPaint;
}

const colours: Paint = (colour, text) =>
  colour === 'plain' ? text : `\u001b[${codes[colour]}m${text}\u001b[0m`;
