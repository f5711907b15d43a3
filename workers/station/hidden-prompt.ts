// SPDX-License-Identifier: Apache-2.0
// Asks for a PIN at the terminal of a station without showing what is typed. Keeps nothing.
import type { ReadStream } from 'node:tty';

/** Letters are taken as they come. Null when the time is over, or the person pressed Ctrl-C, which also ends the station. */
export function hiddenPrompt(input: ReadStream, output: NodeJS.WritableStream) {
  return (question: string, milliseconds: number): Promise<string | null> => {
    output.write(`\u0007${question}`);
    input.setRawMode(true);
    input.setEncoding('utf8');
    return new Promise((settle) => {
      let typed = '';
      const end = (answer: string | null): void => {
        clearTimeout(timer);
        input.off('data', take);
        input.setRawMode(false);
        input.pause();
        output.write('\n');
        settle(answer);
      };
      const timer = setTimeout(() => end(null), milliseconds);
      const take = (letters: string): void => {
        for (const letter of letters) {
          if (letter === '\r' || letter === '\n') return end(typed);
          if (letter === '\u0003') {
            end(null);
            // In raw mode the terminal makes no signal of it.
            process.kill(process.pid, 'SIGINT');
            return;
          }
          if (letter === '\u0004') return end(null);
          typed = letter === '\u007f' ? [...typed].slice(0, -1).join('') : typed + letter;
        }
      };
      input.on('data', take);
      input.resume();
    });
  };
}
