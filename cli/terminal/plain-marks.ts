// SPDX-License-Identifier: Apache-2.0
// Marks in ASCII for a locale that knows no others. Each takes as much room as the mark that it stands for.

const plain: Readonly<Record<string, string>> = {
  '○': 'o',
  '◐': '>',
  '◑': '>',
  '◒': '>',
  '◌': '~',
  '✓': '+',
  '↷': '/',
  '◇': '?',
  '‖': '!',
  '✗': 'x',
  '■': '#',
  '…': '~',
  '→': '>',
  '·': '-',
};

/** As glibc reads the locale: LC_ALL, else LC_CTYPE, else LANG; none at all is the C locale. */
export function hasUnicode(environment: Readonly<Record<string, string | undefined>>): boolean {
  const locale = environment['LC_ALL'] || environment['LC_CTYPE'] || environment['LANG'] || 'C';
  return /utf-?8/i.test(locale);
}

export function plainMarks(text: string): string {
  return text.replaceAll(/[○◐◑◒◌✓↷◇‖✗■…→·]/g, (mark) => plain[mark] ?? '?');
}
