// SPDX-License-Identifier: Apache-2.0
// Breaks long lines between words for a narrow terminal. Pure.

/** As wide as a terminal shows it: colours take no room. */
export function widthOf(text: string): number {
  // eslint-disable-next-line no-control-regex -- colours begin with a control character
  return [...text.replaceAll(/\u001b\[\d+m/g, '')].length;
}

/** Each line at most so wide, but for one that holds a command: that is copied whole, and wrapped by the terminal. */
export function wordWrapped(text: string, columns: number): string {
  return text
    .split('\n')
    .map((line) => (widthOf(line) <= columns || /\bholdfast [a-z]/.test(line) ? line : broken(line, columns)))
    .join('\n');
}

function broken(line: string, columns: number): string {
  const indent = ' '.repeat(hangingOf(line, columns));
  const lines: string[] = [];
  let current = '';
  for (const word of line.split(/(?<=\S)(?=\s)/)) {
    if (current !== '' && widthOf(current) + widthOf(word) > columns) {
      lines.push(current);
      current = indent + word.trimStart();
    } else current += word;
  }
  return [...lines, current].join('\n');
}

/** Below the second column where the first is narrow, else a little to the right of where the line begins. */
function hangingOf(line: string, columns: number): number {
  const [, lead = '', first = ''] = /^(\s*)(\S.*?\s{2,})?/.exec(line) ?? [];
  const second = widthOf(lead) + widthOf(first);
  return first !== '' && second <= columns / 2 ? second : Math.min(lead.length + 4, Math.floor(columns / 2));
}
