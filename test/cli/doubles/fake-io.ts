// SPDX-License-Identifier: Apache-2.0
// A double of the process: streams that remember, files in memory, a clock that moves when somebody sleeps.
import type { Io, Output } from '../../../cli/terminal/io.ts';
import { shownText } from '../../../cli/terminal/shown-text.ts';

export const startOfTime = Date.parse('2026-01-05T12:00:00.000Z');
export const readyLine = JSON.stringify({
  type: 'ready',
  address: '127.0.0.1:7233',
  namespace: 'default',
  mode: 'embedded',
  uiUrl: 'http://127.0.0.1:8233',
});

const runningStatus = {
  temporal: {
    state: 'running',
    address: '127.0.0.1:7233',
    namespace: 'default',
    uiUrl: 'http://127.0.0.1:8233',
  },
  worker: { state: 'running' },
};
export const stoppedStatus = { temporal: { state: 'stopped' }, worker: { state: 'stopped' } };

export interface FakeIoOptions {
  readonly args: readonly string[];
  /** Node, and the folder of the built programs. Default: of a clone, in which the command is run. */
  readonly programs?: readonly [string, string];
  readonly files?: Readonly<Record<string, string>>;
  /** Paths that another user may write. */
  readonly writableByOthers?: readonly string[];
  /** Paths of folders that stand where a file is read. */
  readonly unreadable?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly terminal?: { readonly columns: number; readonly rows: number };
  /** What a person types at each question. */
  readonly answers?: readonly string[];
  /** What the machine's program prints at each call. */
  readonly machine?: readonly object[];
  /** What the supervisor prints at its first, second … call; the last is repeated. */
  readonly supervisor?: readonly { readonly lines: readonly string[]; readonly exitCode?: number }[];
  /** What the supervisor's status says. Default: all runs. */
  readonly status?: object;
  /** Ctrl-C once this many milliseconds have passed. */
  readonly interruptAfterMilliseconds?: number;
}

export class FakeIo implements Io {
  readonly args: readonly string[];
  readonly environment: Record<string, string>;
  readonly homeDirectory = '/home/ada';
  readonly userId = 1000;
  readonly userName = 'ada';
  readonly stdinIsTty: boolean;
  readonly programs: readonly [string, string];
  readonly out: string[] = [];
  readonly err: string[] = [];
  readonly questions: string[] = [];
  readonly supervised: string[] = [];
  readonly machineAsked: { readonly words: readonly string[]; readonly stdin: string | null }[] = [];
  readonly stationAsked: string[] = [];
  readonly ranInFront: (readonly string[])[] = [];
  readonly writtenFiles: Record<string, string> = {};
  readonly #options: FakeIoOptions;
  readonly #tickers = new Map<object, { readonly every: number; readonly call: () => void; next: number }>();
  readonly #interrupts = new Set<() => void>();
  #now = startOfTime;

  constructor(options: FakeIoOptions) {
    this.#options = options;
    this.args = options.args;
    this.programs = options.programs ?? ['node', '/work/dist'];
    this.environment = { HOLDFAST_STATE: '/state', LANG: 'C.UTF-8', ...options.environment };
    this.stdinIsTty = options.terminal !== undefined;
  }

  version(): Promise<string> {
    return Promise.resolve('0.1.0 (1a2b3c4)');
  }

  get stdout(): Output {
    return this.#output(this.out);
  }

  get stderr(): Output {
    return this.#output(this.err);
  }

  /** Everything written so far. */
  written(): { readonly stdout: string; readonly stderr: string } {
    return { stdout: this.out.join(''), stderr: this.err.join('') };
  }

  now(): number {
    return this.#now;
  }

  async station(request: string): Promise<number> {
    this.stationAsked.push(request);
    return 0;
  }

  async inFront(argv: readonly string[]): Promise<number> {
    this.ranInFront.push(argv);
    return 3;
  }

  async sleep(milliseconds: number): Promise<void> {
    const until = this.#now + milliseconds;
    while (this.#now < until) {
      this.#now = Math.min(until, this.#now + 100);
      for (const ticker of [...this.#tickers.values()]) {
        if (this.#now < ticker.next) continue;
        ticker.next += ticker.every;
        ticker.call();
      }
      const { interruptAfterMilliseconds = Infinity } = this.#options;
      if (this.#now - startOfTime >= interruptAfterMilliseconds) for (const call of this.#interrupts) call();
    }
    await new Promise((settle) => setImmediate(settle));
  }

  every(milliseconds: number, call: () => void): () => void {
    const key = {};
    this.#tickers.set(key, { every: milliseconds, call, next: this.#now + milliseconds });
    return () => void this.#tickers.delete(key);
  }

  onInterrupt(call: () => void): () => void {
    this.#interrupts.add(call);
    return () => void this.#interrupts.delete(call);
  }

  async readBytes(path: string): Promise<Uint8Array | null> {
    const text = await this.readText(path);
    return text === null ? null : Buffer.from(text);
  }

  async readText(path: string): Promise<string | null> {
    if (this.#options.unreadable?.includes(path) === true)
      throw Object.assign(new Error(`EISDIR: illegal operation on a directory, read '${path}'`), {
        code: 'EISDIR',
        syscall: 'read',
        path,
      });
    return this.writtenFiles[path] ?? this.#options.files?.[path] ?? null;
  }

  async writeText(path: string, text: string): Promise<void> {
    this.writtenFiles[path] = text;
  }

  async writePrivate(path: string, text: string): Promise<void> {
    this.writtenFiles[path] = text;
  }

  setVariable(name: string, value: string): void {
    this.environment[name] = value;
  }

  async isWritableByOthers(path: string): Promise<boolean> {
    return this.#options.writableByOthers?.includes(path) === true;
  }

  async listFiles(path: string): Promise<string[]> {
    const inside = Object.keys(this.#options.files ?? {}).filter((file) => file.startsWith(`${path}/`));
    return inside
      .map((file) => file.slice(path.length + 1))
      .filter((name) => !name.includes('/'))
      .sort();
  }

  async listFolders(path: string): Promise<string[]> {
    const inside = Object.keys(this.#options.files ?? {}).filter((file) => file.startsWith(`${path}/`));
    return [...new Set(inside.map((file) => file.slice(path.length + 1).split('/')[0] ?? ''))].sort();
  }

  absolute(path: string): string {
    if (path === '.') return '/work';
    return path.startsWith('/') ? path : `/work/${path.replace(/^\.\//, '')}`;
  }

  async ask(question: string): Promise<string | null> {
    this.questions.push(question);
    return this.#options.answers?.[this.questions.length - 1] ?? null;
  }

  async askSecret(question: string): Promise<string | null> {
    return this.ask(question);
  }

  async machine(words: readonly string[], stdin: string | null, onLine: (line: string) => void) {
    this.machineAsked.push({ words, stdin });
    for (const event of this.#options.machine ?? []) onLine(JSON.stringify(event));
    return { exitCode: 0, stderr: '' };
  }

  async supervise(command: 'up' | 'down' | 'status', onLine: (line: string) => void) {
    if (command === 'status') {
      this.supervised.push(command);
      onLine(JSON.stringify(this.#options.status ?? runningStatus));
      return { exitCode: 0, stderr: '' };
    }
    const scripts = this.#options.supervisor ?? [{ lines: [readyLine] }];
    const calls = this.supervised.filter((each) => each !== 'status').length;
    const script = scripts[Math.min(calls, scripts.length - 1)];
    this.supervised.push(command);
    for (const line of script?.lines ?? []) onLine(line);
    return { exitCode: script?.exitCode ?? 0, stderr: '' };
  }

  #output(into: string[]): Output {
    const { terminal } = this.#options;
    const shown = shownText(this.environment);
    return {
      isTty: terminal !== undefined,
      columns: terminal?.columns ?? 80,
      rows: terminal?.rows ?? 24,
      write: (text) => void into.push(shown.lines(text, terminal?.columns ?? null)),
      draw: (text) => void into.push(shown.marks(text)),
      data: (text) => void into.push(text),
    };
  }
}
