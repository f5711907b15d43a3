// SPDX-License-Identifier: Apache-2.0
// The shapes that pass between the layers: one request, one answer, one body that is streamed, and how a URL is made.
// Nothing is sent from here.

import type { Readable } from 'node:stream';

/** The HTTP methods this client sends. */
export type Method = 'GET' | 'HEAD' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';

/** Query parameters; an undefined value is left out of the URL. */
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** What every call of the client accepts. */
export interface CallOptions {
  /** Aborts this call with an error of code `aborted`; work shared with other callers goes on. */
  signal?: AbortSignal | undefined;
}

/** Bytes that are sent as they are read, never as a whole. */
export interface Upload {
  sizeBytes: number;
  /** Whether the bytes can be had from the first one on: always, or until they were opened once. */
  isOpenable(): boolean;
  open(): AsyncIterable<Uint8Array>;
}

/** A request before the transport adds its own headers. */
export interface HttpRequest extends CallOptions {
  method: Method;
  url: URL;
  headers?: Readonly<Record<string, string>> | undefined;
  /** Sent as JSON; undefined sends no body. */
  body?: unknown;
  /** Sent instead of a JSON body. */
  upload?: Upload | undefined;
  /** Asks for a success as a stream, which the receiver reads or destroys. */
  wantsStream?: boolean | undefined;
  /** Limits each pause in the traffic instead of the whole attempt, for bodies of any size. */
  stallTimeoutSeconds?: number | undefined;
}

/** A complete answer. */
export interface HttpResponse {
  /** The request as it was really sent, so that an error made of this answer knows which secrets to hide. */
  request: HttpRequest;
  status: number;
  header(name: string): string | undefined;
  /** Empty when there is a stream. */
  text: string;
  stream?: Readable | undefined;
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
