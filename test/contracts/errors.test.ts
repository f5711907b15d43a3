// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { exitCodeOfError, exitCodes } from '../../cli/terminal/exit-codes.ts';
import {
  errorKinds,
  isErrorCode,
  type ErrorCode,
  type ErrorKind,
} from '../../workflows/contracts/run/errors.ts';

const kinds = Object.entries(errorKinds) as [ErrorCode, ErrorKind][];

describe('errorKinds', () => {
  it.each(kinds)('%s has a meaning, a hint and who acts when it is shown', (_code, kind) => {
    expect(kind.meaning).toMatch(/^[a-z].*[^.]$/);
    expect(kind.hint).toMatch(/^[A-Z].*[^.]$/);
    expect(['operator', 'engineer', 'nobody', 'wait']).toContain(kind.acts);
    expect(['tries', 'free', 'never']).toContain(kind.again);
  });

  it.each(kinds)(
    '%s exits with a code that the command line knows when a run fails with it',
    (code, kind) => {
      expect(Object.values(exitCodes).map((each): number => each.code)).toContain(kind.exitCode);
      expect(exitCodeOfError(code)).toBe(kind.exitCode);
      expect(kind.exitCode).not.toBe(exitCodes.done.code);
    },
  );

  it('errorKinds sends a bug to 70 and a refused input to 2 when they end a run', () => {
    expect(exitCodeOfError('Invariant')).toBe(exitCodes.bug.code);
    expect(exitCodeOfError('InvalidInput')).toBe(exitCodes.usage.code);
  });

  it('isErrorCode() knows the kinds and nothing else when asked', () => {
    expect(kinds.every(([code]) => isErrorCode(code))).toBe(true);
    expect(
      ['', 'toString', '__proto__', 'invalidinput', 7, null, undefined, ['Conflict']].some(isErrorCode),
    ).toBe(false);
  });

  it('exitCodes has every code once when it is printed', () => {
    const codes = Object.values(exitCodes).map(({ code }) => code);
    expect(new Set(codes).size).toBe(codes.length);
  });
});
