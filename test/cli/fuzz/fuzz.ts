// SPDX-License-Identifier: Apache-2.0
// Runs the command line in process on lines by chance, and says what no line may do: crash, end with an undocumented exit
// code, print a value that is none, or advise the same command without the options that were typed.
import { run } from '../../../cli/program.ts';
import { commands } from '../../../cli/commands/index.ts';
import type { Command } from '../../../cli/command.ts';
import { exitCodes } from '../../../cli/terminal/exit-codes.ts';
import { generator } from '../../proofs/crash/crash-plan.ts';
import { wordsOf } from '../doubles/shell-words.ts';
import { commandWords } from './argument-lines.ts';
import { surroundings } from './fuzz-io.ts';

export interface Finding {
  /** Repeats it. */
  readonly seed: number;
  readonly args: readonly string[];
  readonly fault: string;
}

/** `rounds` lines, each by a seed of its own that follows on `seed`. `only`: words that a command begins with. */
export async function fuzz(seed: number, rounds: number, only: readonly string[] = []): Promise<Finding[]> {
  const tried = commands.filter(({ words }) => only.every((word, index) => words[index] === word));
  const findings: Finding[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const found = await tryLine((seed + round) >>> 0, tried);
    if (found !== null) findings.push(found);
  }
  return findings;
}

async function tryLine(seed: number, tried: readonly Command[]): Promise<Finding | null> {
  const chance = generator(Math.imul(seed, 2_654_435_761));
  // The first numbers of neighbouring seeds are alike.
  for (let skipped = 0; skipped < 8; skipped += 1) chance();
  const args = commandWords(chance, tried);
  const { io, temporal } = surroundings(chance, args);
  const fault = await faultOf(async () => {
    const exitCode = await run(io, async () => temporal);
    return { exitCode, isWrapped: io.stderr.isTty, ...io.written() };
  }, args);
  return fault === null ? null : { seed, args, fault };
}

interface Ended {
  /** For a terminal: long lines are broken, so that a command in them cannot be read back. */
  readonly isWrapped: boolean;
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

const documented: ReadonlySet<number> = new Set(
  Object.values(exitCodes)
    .map(({ code }) => code)
    .filter((code) => code !== exitCodes.bug.code),
);

async function faultOf(call: () => Promise<Ended>, args: readonly string[]): Promise<string | null> {
  let ended: Ended;
  try {
    ended = await call();
  } catch (error) {
    return `threw ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
  }
  const { exitCode, isWrapped, stdout, stderr } = ended;
  if (!documented.has(exitCode)) return `exit code ${exitCode}: ${stderr.slice(0, 2000)}`;
  const text = `${stdout}\n${stderr}`;
  if (/^\s+at .*:\d+:\d+/m.test(text)) return `a stack trace: ${text.slice(0, 2000)}`;
  const odd = /\b(undefined|NaN|\[object \w+\])/.exec(withoutTyped(text, args));
  if (odd !== null) return `printed ${odd[0]}: ${text.slice(Math.max(0, odd.index - 200), odd.index + 200)}`;
  return isWrapped ? null : lostOptions(stderr, args);
}

/** What was typed may be printed again. */
const withoutTyped = (text: string, args: readonly string[]): string =>
  args
    .flatMap((arg) => [arg, arg.replace(/^--[\w-]+=/, '')])
    .filter((arg) => arg.length > 2)
    .reduce((rest, arg) => rest.replaceAll(arg, ''), text);

/** What a refusal of a rotation takes back: it does not go with the kind. */
const unwanted: ReadonlySet<string> = new Set(['--emergency', '--confirm', '--due', '--kind']);

/** Of an advice that repeats the command: an option that was typed and is not in it. */
function lostOptions(stderr: string, args: readonly string[]): string | null {
  const command = commands.find(({ words }) => words.every((word, index) => args[index] === word));
  // To the end: what was typed may have more lines than one.
  const line = /^next: (holdfast .*?)\n(?:\{"|$)/ms.exec(stderr)?.[1];
  if (command === undefined || line === undefined) return null;
  const advised = line.split(/, then |; /).find((part) => part.includes(` ${command.words.join(' ')} `));
  if (advised === undefined) return null;
  const takesValue = (arg = ''): boolean =>
    command.options.some(({ flags: declared }) => declared.startsWith(`${arg} <`));
  const typed = args.filter((_, index) => !takesValue(args[index - 1]));
  const flags = typed.flatMap((arg) => /^--[a-z][a-z-]*/.exec(arg) ?? []);
  const words = wordsOf(advised);
  const lost = flags.filter(
    (flag) =>
      !unwanted.has(flag) &&
      command.options.some(({ flags: declared }) => new RegExp(`${flag}\\b(?!-)`).test(declared)) &&
      !words.some((word) => word === flag || word.startsWith(`${flag}=`)),
  );
  return lost.length === 0 ? null : `the advice ${line} lost ${lost.join(', ')}`;
}
