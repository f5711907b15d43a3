// SPDX-License-Identifier: Apache-2.0
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { agoText, clockText } from '../../../cli/terminal/time-text.ts';
import { hasUnicode, plainMarks } from '../../../cli/terminal/plain-marks.ts';
import { marks } from '../../../cli/views/live/marks.ts';
import { holdfast, parkedProgress } from '../doubles/samples.ts';

describe('times for people', () => {
  const before = process.env['TZ'];
  beforeEach(() => {
    process.env['TZ'] = 'Asia/Tokyo';
  });
  afterEach(() => {
    if (before === undefined) delete process.env['TZ'];
    else process.env['TZ'] = before;
  });
  const now = Date.parse('2026-01-05T12:00:00Z');

  it.each([
    ['2026-01-05T11:59:31Z', 'just now'],
    ['2026-01-05T11:55:00Z', '5 min ago'],
    ['2026-01-05T09:00:00Z', '3 h ago'],
    ['2026-01-05T12:00:30Z', 'in a moment'],
    ['2026-01-05T12:59:59Z', 'in 59 min'],
    ['2026-01-04T11:00:00Z', '2026-01-04 20:00'],
    ['2026-01-06T15:00:00Z', '2026-01-07 00:00'],
  ])('agoText() of %s is %s', (iso, text) => {
    expect(agoText(iso, now)).toBe(text);
  });

  it('clockText() leaves the day out where it is the same one here', () => {
    expect(clockText('2026-01-04T15:00:01Z', now)).toBe('00:00:01');
    expect(clockText('2026-01-04T14:59:59Z', now)).toBe('2026-01-04 23:59:59');
  });
});

describe('a locale without marks', () => {
  it.each([
    [{ LANG: 'C' }, false],
    [{}, false],
    [{ LANG: 'en_US.UTF-8' }, true],
    [{ LANG: 'en_US.UTF-8', LC_ALL: 'POSIX' }, false],
    [{ LANG: 'C', LC_CTYPE: 'C.utf8' }, true],
  ])('hasUnicode() of %j is %s', (environment, expected) => {
    expect(hasUnicode(environment)).toBe(expected);
  });

  it('plainMarks() knows every mark of a step', () => {
    for (const { mark } of Object.values(marks)) {
      const plain = plainMarks(mark);
      expect(plain).toMatch(/^[ -~]$/);
    }
  });

  const parked = { moments: [{ answer: { kind: 'progress', progress: parkedProgress } }] } as const;
  const args = ['op', 'show', 'install-box/lab'];

  it('gets ASCII alone', async () => {
    const { stdout } = await holdfast({ args, environment: { LANG: 'C' } }, parked);
    expect(stdout).toContain('+ boot ');
    expect(stdout).toContain('o token ');
    expect(stdout).toMatch(/^[\n -~]*$/);
  });

  it('gets JSON as it is', async () => {
    const progress = {
      ...parkedProgress,
      steps: parkedProgress.steps.map((each) => ({ ...each, title: '✓' })),
    };
    const moments = [{ answer: { kind: 'progress', progress } }] as const;
    const { stdout } = await holdfast({ args: [...args, '--json'], environment: { LANG: 'C' } }, { moments });
    expect(stdout).toContain('"title": "✓"');
  });
});
