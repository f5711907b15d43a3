// SPDX-License-Identifier: Apache-2.0
// What the command line asks of the program of a station: one JSON document as its only argument. Holds no PIN.
import { z } from 'zod';
import { Failure } from '../../activities/clients/failure.ts';
import { parseWith } from '../../workflows/contracts/run/parse.schema.ts';
import { authorityParts, stationName } from '../../workflows/contracts/authority/authority-spec.schema.ts';
import { jsonOrNull } from '../../workflows/contracts/run/json.ts';
import type { RootRequest } from '../../activities/station/root.ts';

const absolutePath = z.string().regex(/^\//, 'Not an absolute path');

const serve = z.strictObject({
  work: z.literal('serve'),
  station: stationName,
  module: absolutePath,
  /** Files that hold a PIN, by the serial number of the token. */
  pinFiles: z.record(authorityParts.tokenSerial, absolutePath),
});

const makeRoot = serve.omit({ station: true }).extend({
  work: z.literal('make-root'),
  root: authorityParts.root.pick({ serial: true, id: true }).extend({
    subject: authorityParts.profile.shape.subject,
    lifetime: z.string().regex(/^[1-9]\d{0,4}d$/, 'Not a length such as 7300d'),
  }),
});

const request = z.discriminatedUnion('work', [serve, makeRoot]);

/** What both kinds of work need. */
export interface TokenAccess {
  /** Path of the PKCS #11 library. */
  readonly module: string;
  readonly pinFiles: Readonly<Record<string, string>>;
}

export interface ServeRequest extends TokenAccess {
  readonly work: 'serve';
  readonly station: string;
}

export interface MakeRootRequest extends TokenAccess {
  readonly work: 'make-root';
  readonly root: RootRequest;
}

export interface StationSurroundings {
  readonly environment: Readonly<Record<string, string>>;
  readonly stateDirectory: string;
  /** Node and the program that does one request on a token. */
  readonly tokenCommand: readonly [string, ...string[]];
  readonly pid: number;
  /** Null without a terminal. */
  readonly ask: ((question: string, milliseconds: number) => Promise<string | null>) | null;
  /** For the person in front. */
  readonly say: (line: string) => void;
}

/** @throws Failure for anything else */
export function parseRequest(text: string): ServeRequest | MakeRootRequest {
  const parsed = parseWith<ServeRequest | MakeRootRequest>(request, jsonOrNull(text));
  if (parsed.ok) return parsed.value;
  throw new Failure('PreconditionFailed', 'The station was started with something it does not understand', {
    on: 'the station',
    hint: 'Start it with: holdfast ca station NAME --module PATH',
    cause: parsed.issues.map(({ path, message }) => `${path}: ${message}`).join('; '),
  });
}
