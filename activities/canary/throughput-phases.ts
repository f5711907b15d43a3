// SPDX-License-Identifier: Apache-2.0
// The two phases that move bytes through the floating IP over plain TCP, each way, and judge their pace.
import { Failure } from '../clients/failure.ts';
import { receive, send } from '../clients/machine/outside-probes.ts';
import { answer } from './guest-phases.ts';
import { part, throughputPort, type Flying, type PhaseNote } from './flying.ts';

/** @source 16 MiB: a quarter of a second at 69 MB/s, so long enough to leave the beginning behind */
const bytes = 16 * 1_048_576;
/** Less than the floor needs by far: who is that slow has failed. */
const secondsMax = 30;

/**
 * With a program at the socket itself: nc hands on a KiB at a time, which emulation makes slower than any network.
 * @source measured under emulation: 1.2 MB/s through nc, 55 MB/s out of dd
 */
const listen = `timeout ${secondsMax + 20} nc -l -p ${throughputPort}`;
const received = '/tmp/holdfast-canary-received';

const paceOf = (moved: number, seconds: number): number => Math.round(moved / 1e4 / seconds) / 100;

function judged({ request, parts }: Flying, way: 'out of' | 'into', pace: number): PhaseNote {
  const { throughputMegabytesMin: floor } = request;
  if (pace >= floor) return { note: `${pace} MB/s` };
  throw new Failure('VerifyFailed', `${pace} MB/s ${way} the guest, at least ${floor} are wanted`, {
    on: parts.address ?? '',
    hint: 'Check MTU, TSO and ovn_emit_need_to_frag: a router that drops what is too large leaves a trickle',
  });
}

export async function throughputOut(flying: Flying): Promise<PhaseNote> {
  const command = `${listen} -e dd if=/dev/zero bs=65536 count=${bytes / 65_536}`;
  const serving = part(flying, 'shell')
    .run(command, secondsMax + 40)
    .catch(() => undefined);
  const moved = await receive(part(flying, 'address'), throughputPort, secondsMax);
  await serving;
  flying.parts.throughputOut = paceOf(moved.bytes, moved.seconds);
  return judged(flying, 'out of', flying.parts.throughputOut);
}

/** Over once the guest has counted what it got: what only lies in a buffer of ours has not arrived. */
export async function throughputIn(flying: Flying): Promise<PhaseNote> {
  const command = `${listen} -e dd of=${received} bs=65536; stat -c %s ${received}; rm -f ${received}`;
  const counting = answer(flying, command, secondsMax + 40);
  counting.catch(() => undefined);
  const elapsed = await send(part(flying, 'address'), throughputPort, bytes, secondsMax);
  const counted = Number(await counting);
  flying.parts.throughputIn = paceOf(counted, elapsed());
  if (counted !== bytes)
    throw new Failure('VerifyFailed', `${counted} bytes of ${bytes} came into the guest`, {
      on: part(flying, 'address'),
    });
  return judged(flying, 'into', flying.parts.throughputIn);
}
