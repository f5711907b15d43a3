// SPDX-License-Identifier: Apache-2.0
// Builds the tool out of the commands as data, runs one of them, and turns every end into an exit code.
import { Command as Parser, CommanderError, Option } from 'commander';
import { CliError } from './terminal/cli-error.ts';
import type { Command, CommandContext, Options } from './command.ts';
import { loadConfig } from './config/load-config.ts';
import { commands, headings, nouns } from './commands/index.ts';
import { exitCodes } from './terminal/exit-codes.ts';
import { fileTrouble } from './terminal/file-trouble.ts';
import { capitalised, helpAfter, helpBefore, rootExamples, topicText } from './terminal/help.ts';
import type { Io } from './terminal/io.ts';
import { isForPrograms, isOutputFormat, outputFormats } from './terminal/output-format.ts';
import { programNameOf, stateDirectoryOf, typed } from './terminal/settings.ts';
import type { Connect } from './temporal/temporal-client.ts';
import { writeErrorRecord } from './views/live/records-renderer.ts';

/** Runs the tool once and returns its exit code; never throws. */
export async function run(io: Io, connect: Connect): Promise<number> {
  let exitCode: number = exitCodes.done.code;
  let chosen: Options = {};
  const parser = buildParser(io, async (command, args, typedOptions) => {
    chosen = typedOptions;
    const config = await loadConfig(io);
    chosen = withDefaultFormat(command, typedOptions, io);
    const context: CommandContext = { io, connect, config, stateDirectory: stateDirectoryOf(io) };
    exitCode = await command.run(context, args, chosen);
  });
  try {
    if (io.args.length === 0) parser.outputHelp();
    else if (isVersion(io.args)) io.stdout.write(`holdfast ${await io.version()}\n`);
    else await parser.parseAsync([...io.args], { from: 'user' });
    return exitCode;
  } catch (error) {
    return endWith(io, chosen, error);
  }
}

/** HOLDFAST_FORMAT, where the command may have another default and none was typed. @throws CliError (exit 2) */
function withDefaultFormat({ options: known }: Command, options: Options, { environment }: Io): Options {
  const format = environment['HOLDFAST_FORMAT'];
  const isTyped = options['json'] === true || options['format'] !== undefined;
  if (!format || isTyped || !known.some(({ isDefaulted }) => isDefaulted === true)) return options;
  if (isOutputFormat(format)) return { ...options, format };
  throw new CliError('usage', `HOLDFAST_FORMAT is ${JSON.stringify(format)}, which is no format`, {
    details: [`one of ${outputFormats.join(', ')}`],
  });
}

const isVersion = ([first, ...others]: readonly string[]): boolean =>
  others.length === 0 && (first === '--version' || first === '-V');

type Act = (command: Command, args: readonly string[], options: Options) => Promise<void>;

/** The parser of all commands; exported for the test that compares help with the data. */
function buildParser(io: Io, act: Act): Parser {
  const name = programNameOf(io);
  const root = prepared(new Parser(name), io).helpCommand(false);
  root.addHelpText('before', helpBefore('Install private clouds and keep them alive', rootExamples, io));
  root.addHelpText('after', helpAfter(name));
  const groups = new Map<string, Parser>();
  for (const command of commands) {
    const [noun = '', verb] = command.words;
    addCommand(verb === undefined ? root : groupOf(root, groups, noun, io), verb ?? noun, command, io, act);
  }
  const help = listed(prepared(root.command('help'), io)).summary(
    'explain a command, or a topic: exit-codes, environment',
  );
  help.argument('[topic...]').action((topic: string[]) => {
    const text = topicText(topic);
    if (text !== null) io.stdout.write(`${text}\n`);
    else parserOf(root, topic).outputHelp();
  });
  return root;
}

function groupOf(root: Parser, groups: Map<string, Parser>, noun: string, io: Io): Parser {
  const known = groups.get(noun);
  if (known !== undefined) return known;
  const group = listed(prepared(root.command(noun), io))
    .summary(nouns[noun] ?? '')
    .helpCommand(false);
  groups.set(noun, group);
  return group;
}

function addCommand(parent: Parser, word: string, command: Command, io: Io, act: Act): void {
  const name = programNameOf(io);
  const parser = prepared(parent.command(word), io).summary(command.summary);
  if (command.words.length === 1) listed(parser);
  for (const { name: argument, text, isVariadic } of command.arguments)
    parser.argument(isVariadic === true ? `[${argument}...]` : `<${argument}>`, text);
  for (const { flags, text, group, isRepeatable, choices } of command.options) {
    const option = new Option(flags, text).helpGroup(`${group}:`);
    if (choices !== undefined) option.choices(choices).conflicts('json');
    parser.addOption(isRepeatable === true ? option.argParser(collected) : option);
  }
  parser.addHelpText('before', helpBefore(capitalised(command.summary), command.examples, io));
  parser.addHelpText('after', helpAfter(name));
  parser.action(async () => act(command, parser.args, parser.opts<Options>()));
}

/** Under its heading in the help of the whole tool. */
function listed(parser: Parser): Parser {
  const heading = headings[parser.name()];
  return heading === undefined ? parser : parser.helpGroup(`${heading}:`);
}

function collected(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

function prepared(parser: Parser, io: Io): Parser {
  return parser
    .exitOverride()
    .showSuggestionAfterError(true)
    .configureHelp({ helpWidth: 80 })
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
    });
}

/** The parser that a topic's words lead to; an unknown word is told by commander, with what is near. */
function parserOf(root: Parser, words: readonly string[]): Parser {
  return words.reduce((parser, word) => {
    const next = parser.commands.find((candidate) => candidate.name() === word);
    if (next === undefined) throw new CliError('usage', `There is no help on ${words.join(' ')}`);
    return next;
  }, root);
}

function endWith(io: Io, options: Options, error: unknown): number {
  if (error instanceof CommanderError) {
    // Commander has printed it already; a noun without its verb is a mistake as well.
    return error.exitCode === 0 ? exitCodes.done.code : exitCodes.usage.code;
  }
  const known = error instanceof CliError ? error : (fileTrouble(error) ?? bug(error));
  for (const line of known.lines())
    io.stderr.write(`${line.startsWith('next: ') ? typed(io, line) : line}\n`);
  if (isForPrograms(options)) writeErrorRecord(io, options, known);
  return known.exitCode;
}

function bug(error: unknown): CliError {
  const text = error instanceof Error ? (error.stack ?? error.message) : String(error);
  const [message = '', ...details] = text.split('\n');
  return new CliError('bug', message, {
    details: details.map((line) => line.trim()),
    next: 'Report this as a bug',
  });
}
