// SPDX-License-Identifier: Apache-2.0
// Sends the requests of node-vault with a bound, through no proxy, and checks the certificate whatever the environment says.
// What it sends by itself takes proxies and VAULT_SKIP_VERIFY from the environment: a token would pass a proxy in clear.
import { Agent, request } from 'undici';

/** @source a Vault answers in milliseconds, one that fails over to another node within some seconds */
const answerSeconds = 15;
/** Longest answer; what we store is a kilobyte. */
const answerBytesMax = 1_048_576;

export interface VaultRequest {
  readonly method: string;
  readonly uri: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly json?: unknown;
}

export interface VaultAnswer {
  readonly statusCode: number;
  readonly body: unknown;
  readonly request: { readonly path: string };
}

export interface TlsFiles {
  readonly authority: string | undefined;
  readonly certificate: string | undefined;
  readonly key: string | undefined;
}

export class VaultTransport {
  readonly #agent: Agent;

  constructor({ authority, certificate, key }: TlsFiles) {
    this.#agent = new Agent({
      connect: {
        ca: authority,
        cert: certificate,
        key,
        rejectUnauthorized: true,
        timeout: answerSeconds * 1000,
      },
      headersTimeout: answerSeconds * 1000,
      bodyTimeout: answerSeconds * 1000,
      maxResponseSize: answerBytesMax,
    });
  }

  /** @throws Error without the request: its headers and body hold secrets */
  async send({ method, uri, headers, json }: VaultRequest): Promise<VaultAnswer> {
    const { statusCode, body } = await request(uri, {
      method: method as 'GET',
      dispatcher: this.#agent,
      headers: { ...headers, ...(json !== undefined && { 'content-type': 'application/json' }) },
      ...(json !== undefined && { body: JSON.stringify(json) }),
    });
    const text = await body.text();
    return { statusCode, body: parsed(text), request: { path: new URL(uri).pathname } };
  }

  async close(): Promise<void> {
    await this.#agent.destroy();
  }
}

/** A proxy or another server may answer in words. */
function parsed(text: string): unknown {
  if (text === '') return {};
  try {
    return JSON.parse(text);
  } catch {
    return {};
  }
}
