// SPDX-License-Identifier: Apache-2.0
// Programs that keep their connections to a cloud, as services of OpenStack do: how their requests end. Changes nothing.
import { setTimeout as sleep } from 'node:timers/promises';
import { Agent, request } from 'undici';
import type { Service } from './clients.ts';

interface Outcomes {
  readonly requests: number;
  readonly failures: readonly string[];
}

/** Longest wait for an answer, milliseconds. */
const answerMilliseconds = 10_000;

/** Programs side by side, each with a request at every beat, until they are ended. */
export class KeptConnections {
  readonly #agent: Agent;
  readonly #url: string;
  readonly #failures: string[] = [];
  readonly #loops: Promise<void>[];
  #requests = 0;
  #isOver = false;

  constructor({ name, port, root }: Service, count: number, beatMilliseconds: number) {
    this.#url = `https://${name}:${port}/v3`;
    this.#agent = new Agent({
      connections: count,
      headersTimeout: answerMilliseconds,
      bodyTimeout: answerMilliseconds,
      connect: { ca: root, timeout: answerMilliseconds },
    });
    this.#loops = Array.from({ length: count }, () => this.#ask(beatMilliseconds));
  }

  async end(): Promise<Outcomes> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    await this.#agent.destroy();
    return { requests: this.#requests, failures: this.#failures };
  }

  async #ask(beatMilliseconds: number): Promise<void> {
    while (!this.#isOver) {
      const next = performance.now() + beatMilliseconds;
      this.#requests += 1;
      await this.#once().catch((error: unknown) => this.#failures.push(String(error)));
      await sleep(Math.max(0, next - performance.now()));
    }
  }

  async #once(): Promise<void> {
    const { statusCode, body } = await request(this.#url, { dispatcher: this.#agent });
    await body.dump();
    if (statusCode !== 200) throw new Error(`HTTP ${statusCode}`);
  }
}
