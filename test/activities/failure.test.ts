// SPDX-License-Identifier: Apache-2.0
import { describe, expect, it } from 'vitest';
import { asStepFailure, causeLine, deepestCause, Failure } from '../../activities/clients/failure.ts';
import { redact } from '../../activities/clients/redact.ts';
import { errorKinds } from '../../workflows/contracts/run/errors.ts';

function errno(code: string, cause?: Error): Error {
  return Object.assign(new Error(`${code}: no, write '/x'`, cause && { cause }), { code, syscall: 'write' });
}

const fernet = `gAAAAA${'Bn-_x'.repeat(12)}==`;
const pem = (inner: string): string =>
  `-----BEGIN EC PRIVATE KEY-----\n${inner}\n-----END EC PRIVATE KEY-----`;

describe('redact()', () => {
  it.each([
    [`key: ${pem('MHcCAQ==')} end`, 'key: [private key] end'],
    ['-----BEGIN PRIVATE KEY-----\nMHcCAQ', '[private key]'],
    ['AGE-SECRET-KEY-1QQPZRY9X8GF2TVDW0S3JN54', '[age identity]'],
    ['postgres://keystone:hunter2@10.0.0.1/db', 'postgres://keystone:[redacted]@10.0.0.1/db'],
    [
      'GET https://a:b@one/ and https://c:d@two/',
      'GET https://a:[redacted]@one/ and https://c:[redacted]@two/',
    ],
    ['password=hunter2 user=eve', 'password=[redacted] user=eve'],
    ['OS_PASSWORD: "hunter2"', 'OS_PASSWORD: "[redacted]"'],
    ['{"admin_password":"hunter2","user":"eve"}', '{"admin_password":"[redacted]","user":"eve"}'],
    ["client_secret='hunter2'", "client_secret='[redacted]'"],
    ['X-Subject-Token: abc', 'X-Subject-Token: [redacted]'],
    [`issued ${fernet}.`, 'issued [token].'],
    ['api_key=1 api-key=2 apikey=3', 'api_key=[redacted] api-key=[redacted] apikey=[redacted]'],
  ])('redact() takes the secret out when the text is %j', (text, clean) => {
    expect(redact(text)).toBe(clean);
  });

  it.each(['no space left on device', 'http://10.0.0.1:5000/v3', 'the password is wrong', 'gAAAAA'])(
    'redact() leaves %j as it is when it holds no secret',
    (text) => {
      expect(redact(text)).toBe(text);
    },
  );

  it('redact() changes nothing more when it is applied twice', () => {
    const once = redact(`password=hunter2 ${pem('AAAA')} ${fernet} postgres://a:b@c/`);
    expect(redact(once)).toBe(once);
  });
});

describe('asStepFailure()', () => {
  it.each(['ENOSPC', 'EACCES', 'EISDIR', 'EROFS'])(
    'asStepFailure() is Rejected when the errno is %s',
    (code) => {
      expect(asStepFailure(errno(code), 'the spec')).toEqual({
        code: 'Rejected',
        message: `The operating system refused the spec: ${code}`,
        on: 'the spec',
        cause: `${code}: no, write '/x'`,
        hint: errorKinds.Rejected.hint,
      });
    },
  );

  it.each<[string, unknown, string]>([
    ['TypeError', new TypeError('x is not a function'), 'x is not a function'],
    ['Error', Object.assign(new Error('bad argument'), { code: 'ERR_INVALID_ARG_TYPE' }), 'bad argument'],
    ['Error', Object.assign(new Error('odd'), { code: 28 }), 'odd'],
    ['string', 'just a text', 'just a text'],
    ['object', { message: 'no error' }, '[object Object]'],
  ])('asStepFailure() is Invariant when an unknown %s is thrown', (name, thrown, cause) => {
    expect(asStepFailure(thrown, 'boot')).toMatchObject({
      code: 'Invariant',
      message: `Unexpected ${name} while working on boot`,
      on: 'boot',
      cause,
    });
  });

  it.each([null, undefined])('asStepFailure() is Invariant without a cause when %s is thrown', (thrown) => {
    const failure = asStepFailure(thrown, 'boot');
    expect(failure.code).toBe('Invariant');
    expect(failure).not.toHaveProperty('cause');
  });

  it('asStepFailure() keeps code, hint and facts when a Failure is thrown', () => {
    const facts = { on: 'box lab', hint: 'Look there', logPath: '/log', exitCode: 3, lost: true };
    expect(asStepFailure(new Failure('Unreachable', 'It is gone', facts), 'boot')).toEqual({
      code: 'Unreachable',
      message: 'It is gone',
      ...facts,
    });
  });

  it('asStepFailure() names the deepest cause when errors are nested', () => {
    const chain = new Error('outer', { cause: new Error('middle', { cause: errno('ENOSPC') }) });
    const failure = new Failure('Rejected', 'The image was not built', { on: 'this machine', cause: chain });
    expect(failure.toStepFailure().cause).toBe("ENOSPC: no, write '/x'");
    expect(asStepFailure(errno('EIO', new Error('the disk is dying')), 'x').cause).toBe('the disk is dying');
    expect(deepestCause(chain)).toBe("ENOSPC: no, write '/x'");
    expect(deepestCause('a text')).toBe('a text');
    expect([deepestCause(undefined), deepestCause(null)]).toEqual([undefined, undefined]);
  });

  it('deepestCause() takes the first of several errors, and ends when an error is its own cause', () => {
    const refused = new AggregateError([new Error('no route'), new Error('refused')]);
    expect(deepestCause(new Error('fetch failed', { cause: refused }))).toBe('no route');
    const circle = new Error('round');
    circle.cause = circle;
    expect(deepestCause(circle)).toBe('round');
  });

  it('causeLine() is one line, whatever was thrown', () => {
    const said = new Failure('Rejected', 'No', { on: 'go', cause: 'no space\n  left on device\n' });
    expect(causeLine(said)).toBe('no space; left on device');
    expect(causeLine(undefined)).toBe('no reason was given');
  });
});

describe('toStepFailure()', () => {
  it('toStepFailure() takes the hint of its kind and leaves out what is unknown when nothing is said', () => {
    expect(new Failure('Conflict', 'It is taken', { on: 'x' }).toStepFailure()).toEqual({
      code: 'Conflict',
      message: 'It is taken',
      on: 'x',
      hint: errorKinds.Conflict.hint,
    });
  });

  it('toStepFailure() keeps each text redacted and within 1024 characters when they are long', () => {
    const long = `password=hunter2 ${'x'.repeat(2000)}`;
    const { message, on, cause, hint } = new Failure('Rejected', long, {
      on: long,
      cause: new Error(long),
      hint: long,
    }).toStepFailure();
    for (const text of [message, on, cause ?? '', hint]) {
      expect(text.length).toBe(1024);
      expect(text).not.toContain('hunter2');
    }
  });
});
