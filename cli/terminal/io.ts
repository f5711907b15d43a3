// SPDX-License-Identifier: Apache-2.0
// Everything the command line asks of its process: streams, environment, clock, files, signals, the supervisor.
// The only file that names `process`; decides nothing.
import { spawn } from 'node:child_process';
import { homedir, userInfo } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { createInterface as createPrompt } from 'node:readline/promises';
import { fileURLToPath } from 'node:url';
import {
  isWritableByOthers,
  listFiles,
  listFolders,
  readBytes,
  readText,
  writePrivate,
  writeText,
} from './files.ts';
import { shownText, type ShownText } from './shown-text.ts';

/** A stream to write to. */
export interface Output {
  readonly isTty: boolean;
  readonly columns: number;
  readonly rows: number;
  /** Text for people; a terminal gets its long lines broken between words. */
  write(text: string): void;
  /** With what moves the cursor. */
  draw(text: string): void;
  /** Exactly this, for programs. */
  data(text: string): void;
}

interface ProgramEnd {
  readonly exitCode: number;
  readonly stderr: string;
}

/** What the tool may ask of its surroundings; tests hand in a fake. */
export interface Io {
  readonly args: readonly string[];
  readonly environment: Readonly<Record<string, string | undefined>>;
  readonly homeDirectory: string;
  readonly userId: number;
  readonly userName: string;
  readonly stdout: Output;
  readonly stderr: Output;
  readonly stdinIsTty: boolean;
  /** Node, and the folder of the built programs. */
  readonly programs: readonly [string, string];
  /** Of the program at hand, with its commit: `0.1.0 (1a2b3c4)`. */
  version(): Promise<string>;
  /** Milliseconds since 1970. */
  now(): number;
  sleep(milliseconds: number): Promise<void>;
  /** Calls again and again until the returned function is called. */
  every(milliseconds: number, call: () => void): () => void;
  /** Calls at Ctrl-C or a polite request to end, instead of dying, until the returned function is called. */
  onInterrupt(call: () => void): () => void;
  /** Gives a variable to this process and to the programs that it starts. */
  setVariable(name: string, value: string): void;
  /** The file's text, or null when there is none. */
  readText(path: string): Promise<string | null>;
  /** The file's bytes, or null when there is none. */
  readBytes(path: string): Promise<Uint8Array | null>;
  /** Writes a file that everybody may read, with the folders above it. */
  writeText(path: string, text: string): Promise<void>;
  /** Writes a file that its owner alone may read, whole or not at all; new folders are the owner's alone as well. */
  writePrivate(path: string, text: string): Promise<void>;
  /** Whether another user than this one and root may change the file. False when it is not there. */
  isWritableByOthers(path: string): Promise<boolean>;
  /** Names of the folders in a folder; none when it is not there. */
  listFolders(path: string): Promise<string[]>;
  /** Names of the files in a folder; none when it is not there. */
  listFiles(path: string): Promise<string[]>;
  /** A path as seen from the working directory. */
  absolute(path: string): string;
  /** Asks on stderr; null when the input ends first. */
  ask(question: string): Promise<string | null>;
  /** As ask, without showing what is typed. */
  askSecret(question: string): Promise<string | null>;
  /** Runs the machine's program and hands over each line of its output. Its stdin is the text, or with null stays
   * open as long as this process lives. */
  machine(
    words: readonly string[],
    stdin: string | null,
    onLine: (line: string) => void,
  ): Promise<ProgramEnd>;
  /** Runs the program of a station in front of the person, who types and reads there; returns its exit code. */
  station(request: string): Promise<number>;
  /** Runs a command in front of the person and returns its exit code. */
  inFront(argv: readonly string[]): Promise<number>;
  /** Runs the supervisor and hands over each line of its output. */
  supervise(command: 'up' | 'down' | 'status', onLine: (line: string) => void): Promise<ProgramEnd>;
}

/** The real process. */
export function processIo(): Io {
  // Whoever reads the output may leave at any time (`| head`); that is no error.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => undefined);
  const args = process.argv.slice(2);
  const shown = shownText(process.env);
  return {
    args,
    environment: process.env,
    homeDirectory: process.env['HOME'] || homedir(),
    userId: process.getuid?.() ?? 0,
    userName: currentUserName(),
    stdout: output(process.stdout, shown),
    stderr: output(process.stderr, shown),
    stdinIsTty: process.stdin.isTTY === true,
    programs: [process.execPath, besideProgram('.')],
    version: async () => ((await readText(besideProgram('version'))) ?? 'of an unknown build').trim(),
    now: () => Date.now(),
    sleep: (milliseconds) => new Promise((wake) => setTimeout(wake, milliseconds)),
    every: (milliseconds, call) => {
      const timer = setInterval(call, milliseconds);
      return () => clearInterval(timer);
    },
    onInterrupt,
    setVariable: (name, value) => void (process.env[name] = value),
    readText,
    readBytes,
    writeText,
    writePrivate,
    isWritableByOthers: (path) => isWritableByOthers(path, process.getuid?.() ?? 0),
    listFolders,
    listFiles,
    absolute: (path) => resolve(path),
    ask,
    askSecret,
    machine: (words, stdin, onLine) => runProgram('machine.js', words, stdin, onLine),
    station: (request) => runInFront([process.execPath, besideProgram('station.js'), request]),
    inFront: runInFront,
    supervise: (command, onLine) => runProgram('supervise.js', [command], '', onLine),
  };
}

/** Ends the process once its output is written. */
export function exit(exitCode: number): void {
  process.exitCode = exitCode;
  // A connection that lingers, or a look that still waits for an answer, must not hold up the end.
  process.stdout.write('', () => process.stderr.write('', () => process.exit(exitCode)));
}

function output(stream: NodeJS.WriteStream, shown: ShownText): Output {
  return {
    get isTty() {
      return stream.isTTY === true;
    },
    get columns() {
      return stream.columns || 80;
    },
    get rows() {
      return stream.rows || 24;
    },
    write: (text) => void stream.write(shown.lines(text, stream.isTTY ? stream.columns || 80 : null)),
    draw: (text) => void stream.write(shown.marks(text)),
    data: (text) => void stream.write(text),
  };
}

function currentUserName(): string {
  try {
    return process.env['SUDO_USER'] || userInfo().username;
  } catch {
    return `user ${process.getuid?.() ?? '?'}`; // An id without an entry in the user database.
  }
}

function onInterrupt(call: () => void): () => void {
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
  for (const signal of signals) process.on(signal, call);
  return () => {
    for (const signal of signals) process.off(signal, call);
  };
}

async function ask(question: string): Promise<string | null> {
  const prompt = createPrompt({ input: process.stdin, output: process.stderr });
  try {
    return await Promise.race([
      prompt.question(question),
      new Promise<null>((settle) => prompt.once('close', () => settle(null))),
    ]);
  } finally {
    prompt.close();
  }
}

/** Letters are taken as they come, so that none is shown; Ctrl-C and Ctrl-D give none. */
function askSecret(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  stderr.write(question);
  stdin.setRawMode(true);
  stdin.setEncoding('utf8');
  return new Promise((settle) => {
    let typed = '';
    const end = (answer: string | null): void => {
      stdin.off('data', take);
      stdin.setRawMode(false);
      stdin.pause();
      stderr.write('\n');
      settle(answer);
    };
    const take = (letters: string): void => {
      for (const letter of letters) {
        if (letter === '\r' || letter === '\n') return end(typed);
        if (letter === '\u0003' || letter === '\u0004') return end(null);
        typed = letter === '\u007f' ? [...typed].slice(0, -1).join('') : typed + letter;
      }
    };
    stdin.on('data', take);
    stdin.resume();
  });
}

/** A file of the build, which lies beside the program that runs. */
const besideProgram = (name: string): string => join(dirname(fileURLToPath(import.meta.url)), name);

/** In this process's own group and terminal: Ctrl-C is for the command, and this process waits for its end. */
function runInFront([file = '', ...args]: readonly string[]): Promise<number> {
  const child = spawn(file, args, { stdio: 'inherit' });
  const ignore = onInterrupt(() => undefined);
  return new Promise<number>((settle, refuse) => {
    child.once('error', refuse);
    child.once('close', (exitCode) => settle(exitCode ?? 1));
  }).finally(ignore);
}

function runProgram(
  name: string,
  words: readonly string[],
  stdin: string | null,
  onLine: (line: string) => void,
): Promise<ProgramEnd> {
  const program = besideProgram(name);
  // A process group of its own: Ctrl-C stops the watcher, not a server that is half started.
  const child = spawn(process.execPath, [program, ...words], { stdio: 'pipe', detached: true });
  child.stdin.on('error', () => undefined);
  if (stdin !== null) child.stdin.end(stdin);
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
  const lines = createInterface({ input: child.stdout });
  lines.on('line', onLine);
  const linesEnded = new Promise<void>((settle) => lines.once('close', settle));
  return new Promise((settle, refuse) => {
    child.once('error', refuse);
    child.once(
      'close',
      (exitCode) => void linesEnded.then(() => settle({ exitCode: exitCode ?? 1, stderr })),
    );
  });
}
