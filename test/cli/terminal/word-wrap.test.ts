// SPDX-License-Identifier: Apache-2.0
import { expect, it } from 'vitest';
import { widthOf, wordWrapped } from '../../../cli/terminal/word-wrap.ts';

it.each([
  ['a line that fits', 40, ['a line that fits']],
  [
    'cause   could not connect to server: connection refused',
    40,
    ['cause   could not connect to server:', '        connection refused'],
  ],
  [
    'install-box/local-box  needs-operator  1 min ago  token',
    30,
    ['install-box/local-box', '    needs-operator  1 min ago', '    token'],
  ],
  ['next    holdfast op resolve install-box/lab --step token --retry', 40, null],
  ['/a/path/that/has/no/blank/and/is/longer/than/the/line', 20, null],
])('wordWrapped() breaks %j at %i columns between words', (line, columns, expected) => {
  expect(wordWrapped(line, columns).split('\n')).toEqual(expected ?? [line]);
});

it('widthOf() counts no colour', () => {
  expect(widthOf('\u001b[31mred\u001b[0m')).toBe(3);
});
