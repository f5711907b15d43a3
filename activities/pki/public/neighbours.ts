// SPDX-License-Identifier: Apache-2.0
// Lets an authority find the box that it certifies: by the names that its own box knows, over this machine. Issues nothing.
import type { PublicCertificateArgs } from '../../../workflows/contracts/authority/public-certificate.ts';
import { serverBox } from '../../../workflows/contracts/authority/server.ts';
import { Failure } from '../../clients/failure.ts';
import type { Clients } from '../../clients/index.ts';
import { thisMachine } from '../../hosts/transport.ts';
import forward from './forward.sh';
import layNames from './lay-names.sh';

/** @throws Failure Unreachable while the authority's box is off */
export async function introduce(
  { inside }: Pick<Clients, 'inside'>,
  { hosts, ...args }: Pick<PublicCertificateArgs, 'authority' | 'generation' | 'hosts'>,
): Promise<void> {
  const host = inside(serverBox(args.authority));
  try {
    // `holdfast ca install` writes the same text.
    const [state] = await host.readFiles(['/etc/hosts']);
    if (state?.content !== hosts)
      await host.output(['sh', '-c', layNames, 'writing names'], { stdin: hosts });
  } catch (error) {
    throw error instanceof Failure && error.code === 'Unreachable'
      ? silentAuthority(args, error.message)
      : error;
  }
  const { exitCode, stderr } = await thisMachine.run(['sh', '-c', forward, 'forwarding']);
  if (exitCode === 0) return;
  throw new Failure('Rejected', 'This machine cannot be made to forward IPv4', {
    on: 'this machine',
    cause: stderr.trim(),
  });
}

/** The certificate that is in use stays. */
export const silentAuthority = (
  { authority, generation }: Pick<PublicCertificateArgs, 'authority' | 'generation'>,
  cause: string,
): Failure =>
  new Failure('Unreachable', `Authority ${authority} does not answer; the certificate in use stays`, {
    on: `box ${serverBox(authority)}`,
    cause,
    hint: `holdfast ca install ${authority} brings its box back, holdfast ca activate ${authority} ${generation} its step-ca; then resolve the step with --retry`,
  });
