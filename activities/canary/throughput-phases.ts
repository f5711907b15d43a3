// SPDX-License-Identifier: Apache-2.0
// The two phases that move bytes through the floating IP over plain TCP, each way, and judge their pace.
import { Failure } from '../clients/failure.ts';
import { receive, send } from '../clients/machine/outside-probes.ts';
import { answer } from './guest-phases.ts';
import { requirePart, throughputPort, type CanaryContext, type PhaseNote } from './context.ts';

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

function judged({ request, parts }: CanaryContext, way: 'out of' | 'into', pace: number): PhaseNote {
  const { throughputMegabytesMin: floor } = request;
  if (pace >= floor) return { note: `${pace} MB/s` };
  throw new Failure('VerifyFailed', `${pace} MB/s ${way} the guest, at least ${floor} are wanted`, {
    on: parts.address ?? '',
    hint: 'Check MTU, TSO and ovn_emit_need_to_frag: a router that drops what is too large leaves a trickle',
  });
}

export async function throughputOut(canary: CanaryContext): Promise<PhaseNote> {
  const command = `${listen} -e dd if=/dev/zero bs=65536 count=${bytes / 65_536}`;
  const serving = requirePart(canary, 'shell')
    .run(command, secondsMax + 40)
    .catch(() => undefined);
  const moved = await receive(requirePart(canary, 'address'), throughputPort, secondsMax);
  await serving;
  canary.parts.throughputOut = paceOf(moved.bytes, moved.seconds);
  return judged(canary, 'out of', canary.parts.throughputOut);
}

/** Over once the guest has counted what it got: what only lies in a buffer of ours has not arrived. */
export async function throughputIn(canary: CanaryContext): Promise<PhaseNote> {
  const command = `${listen} -e dd of=${received} bs=65536; stat -c %s ${received}; rm -f ${received}`;
  const counting = answer(canary, command, secondsMax + 40);
  counting.catch(() => undefined);
  const elapsed = await send(requirePart(canary, 'address'), throughputPort, bytes, secondsMax);
  const counted = Number(await counting);
  canary.parts.throughputIn = paceOf(counted, elapsed());
  if (counted !== bytes)
    throw new Failure('VerifyFailed', `${counted} bytes of ${bytes} came into the guest`, {
      on: requirePart(canary, 'address'),
    });
  return judged(canary, 'into', canary.parts.throughputIn);
}
