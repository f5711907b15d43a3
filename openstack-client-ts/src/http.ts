// SPDX-License-Identifier: Apache-2.0
// The shapes that pass between the layers: one request, one answer, and the function that turns one into the other.
// No behaviour lives here.

/** The HTTP methods this client sends. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Query parameters; an undefined value is left out of the URL. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What every call of the client accepts. */
export interface CallOptions {
  /** Aborts this call with an error of code `aborted`; work shared with other callers goes on. */
  signal?: AbortSignal | undefined;
}

/** A request before the transport adds its own headers. */
export interface HttpRequest extends CallOptions {
  method: Method;
  url: URL;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; undefined sends no body. */
  body?: unknown;
}

/** A complete answer. */
export interface HttpResponse {
  /** The request as it was really sent, so that an error made of this answer knows which secrets to hide. */
  request: HttpRequest;
  status: number;
  header(name: string): string | undefined;
  text: string;
}

/** Sends one request and returns the answer whatever its status; throws only when there is no answer. */
export type Send = (request: HttpRequest) => Promise<HttpResponse>;

/** Appends path and query to a base URL; the host is always the base's, whatever the path holds. */
export function urlOf(base: URL, path: string, query: Query = {}): URL {
  if (path !== '' && !path.startsWith('/'))
    throw new TypeError(`path must be empty or start with "/": ${path}`);
  const url = new URL(base);
  url.pathname = base.pathname.replace(/\/+$/, '') + path;
  url.search = '';
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) url.searchParams.append(name, String(value));
  }
  return url;
}

/** Escapes an id for use as one path segment; throws TypeError for one that would change the path's meaning. */
export function segment(id: string): string {
  // "DELETE /users/" + ".." would be answered by another resource than the one meant.
  if (id === '' || id === '.' || id === '..') throw new TypeError(`not usable as an id: "${id}"`);
  return encodeURIComponent(id);
}
