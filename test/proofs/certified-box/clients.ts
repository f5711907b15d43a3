// SPDX-License-Identifier: Apache-2.0
// Clients of a cloud that trust one root: which certificate they are served, and how their requests end. Changes nothing.
import { request } from 'node:https';
import type { TLSSocket } from 'node:tls';

export interface Service {
  readonly name: string;
  readonly address: string;
  readonly port: number;
  /** PEM. */
  readonly root: string;
}

interface Outcomes {
  readonly requests: number;
  /** What each failed one said. */
  readonly failures: readonly string[];
  /** Of the certificates that were served, in the order in which each came first. */
  readonly serials: readonly string[];
}

/** @throws Error for a certificate that the root does not vouch for, and for an answer that is none */
export function serialAt({ name, address, port, root }: Service): Promise<string> {
  return new Promise((resolve, reject) => {
    const asked = request(
      {
        host: address,
        port,
        path: '/v3',
        servername: name,
        headers: { host: `${name}:${port}` },
        ca: root,
        // A connection of its own.
        agent: false,
        timeout: 10_000,
      },
      (answer) => {
        const { serialNumber } = (answer.socket as TLSSocket).getPeerCertificate();
        answer.on('error', reject);
        answer.on('end', () => {
          if (answer.statusCode === 200) resolve(serialNumber.toLowerCase());
          else reject(new Error(`HTTP ${answer.statusCode}`));
        });
        answer.resume();
      },
    );
    asked.once('timeout', () => asked.destroy(new Error('no answer within 10 s')));
    asked.once('error', reject);
    asked.end();
  });
}

/** Two that connect anew for each request, as `openstack` does; they ask until they are ended. */
export class Clients {
  #isOver = false;
  #requests = 0;
  readonly #failures: string[] = [];
  readonly #serials = new Set<string>();
  readonly #loops: Promise<void>[];

  constructor(private readonly service: Service) {
    this.#loops = [this.#ask(), this.#ask()];
  }

  async end(): Promise<Outcomes> {
    this.#isOver = true;
    await Promise.all(this.#loops);
    return { requests: this.#requests, failures: this.#failures, serials: [...this.#serials] };
  }

  async #ask(): Promise<void> {
    while (!this.#isOver) {
      this.#requests += 1;
      await serialAt(this.service).then(
        (serial) => this.#serials.add(serial),
        (error: unknown) => this.#failures.push(String(error)),
      );
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
