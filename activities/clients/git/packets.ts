// SPDX-License-Identifier: Apache-2.0
// Packets as Git frames them: four hexadecimal digits of a length, then so many bytes. Knows none of them.
// @source gitprotocol-common(5), "pkt-line Format"
import type { Failure } from '../failure.ts';

export const flush = '0000';

export const packetText = (text: string): string =>
  `${(Buffer.byteLength(text) + 4).toString(16).padStart(4, '0')}${text}`;

/** Of bytes that are all here; a flush comes as an empty text. @throws what `fault` makes of the cause */
export function packetsOf(bytes: Buffer, fault: (cause: string) => Failure): string[] {
  const packets: string[] = [];
  for (let at = 0; at < bytes.byteLength;) {
    const length = lengthAt(bytes, at);
    if (length === null || at + Math.max(length, 4) > bytes.byteLength)
      throw fault('it is not framed as Git does');
    packets.push(bytes.subarray(at + 4, at + Math.max(length, 4)).toString('utf8'));
    at += Math.max(length, 4);
  }
  return packets;
}

/** Null for what is not a length; below 4: a packet without bytes. */
function lengthAt(bytes: Buffer, at: number): number | null {
  const digits = bytes.subarray(at, at + 4).toString('latin1');
  return /^[0-9a-f]{4}$/i.test(digits) ? Number.parseInt(digits, 16) : null;
}

/** Of bytes as they come. Ends at a flush; what ends before it is not whole. */
export class PacketReader {
  #held = Buffer.alloc(0);

  constructor(private readonly fault: (cause: string) => Error) {}

  async *read(body: AsyncIterable<unknown>): AsyncGenerator<Buffer> {
    for await (const chunk of body) {
      this.#held = Buffer.concat([this.#held, chunk as Buffer]);
      for (;;) {
        if (this.#held.byteLength < 4) break;
        const length = lengthAt(this.#held, 0);
        if (length === null) throw this.fault('it is not framed as Git does');
        if (length === 0) return;
        if (this.#held.byteLength < Math.max(length, 4)) break;
        yield this.#held.subarray(4, Math.max(length, 4));
        this.#held = this.#held.subarray(Math.max(length, 4));
      }
    }
    throw this.fault('it ended before its last packet');
  }
}
