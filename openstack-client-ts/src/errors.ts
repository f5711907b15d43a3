// SPDX-License-Identifier: Apache-2.0
// The one error class callers see: what failed, where, and the request id to grep for in the service's log.
// It keeps no cause, no header and no body, because each of those can carry a password or a token.

/** What went wrong, independent of the service that said so. */
export type OpenStackErrorCode =
  | 'unauthorized'
  | 'forbidden'
  | 'not-found'
  | 'conflict'
  | 'bad-request'
  | 'rate-limited'
  | 'unsupported-version'
  | 'fault'
  | 'timeout'
  | 'server'
  | 'unreachable'
  | 'invalid-response'
  | 'aborted';

/** The facts an {@link OpenStackError} is made of; `url` and `message` are expected to be free of secrets. */
export interface OpenStackErrorDetails {
  code: OpenStackErrorCode;
  message: string;
  method: string;
  url: string;
  status?: number | undefined;
  requestId?: string | undefined;
  retryAfterSeconds?: number | undefined;
}

/** Every failure of this client; `status` is absent when no HTTP answer arrived or none was asked for. */
export class OpenStackError extends Error {
  override readonly name = 'OpenStackError';
  readonly code: OpenStackErrorCode;
  readonly method: string;
  readonly url: string;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  /** What the service asked to wait before the next attempt. */
  readonly retryAfterSeconds: number | undefined;

  constructor(details: OpenStackErrorDetails) {
    const status = details.status === undefined ? '' : ` (HTTP ${details.status})`;
    const request = details.requestId === undefined ? '' : ` [${details.requestId}]`;
    super(`${details.method} ${details.url}: ${details.code}${status}: ${details.message}${request}`);
    this.code = details.code;
    this.method = details.method;
    this.url = details.url;
    this.status = details.status;
    this.requestId = details.requestId;
    this.retryAfterSeconds = details.retryAfterSeconds;
  }

  /** Makes the message part of JSON, which `Error` leaves out. */
  toJSON(): Record<string, unknown> {
    const { name, code, status, requestId, retryAfterSeconds, method, url, message } = this;
    return { name, code, status, requestId, retryAfterSeconds, method, url, message };
  }
}

/** True for an {@link OpenStackError}, of one given code when `code` is given. */
export function isOpenStackError(error: unknown, code?: OpenStackErrorCode): error is OpenStackError {
  return error instanceof OpenStackError && (code === undefined || error.code === code);
}

/** The error of an abort while no request of the caller's own was under way. */
export function abortedAt(url: string, method = 'LOOKUP'): OpenStackError {
  return new OpenStackError({ code: 'aborted', message: 'aborted by the caller', method, url });
}
