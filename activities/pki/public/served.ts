// SPDX-License-Identifier: Apache-2.0
// Which certificate HAProxy serves at each port, as a client sees it that trusts one root. Changes nothing.
import type { ServedArgs } from '../../../workflows/contracts/authority/public-certificate.ts';
import type { Difference } from '../../../workflows/contracts/run/observation.ts';
import { servedLeaf } from '../../clients/machine/served-leaf.ts';

/** `serial`: of the certificate in the box. */
export async function servedDifferences(
  { name, address, root, ports }: ServedArgs,
  serial: string,
): Promise<Difference[]> {
  const answers = await Promise.all(ports.map((port) => servedLeaf({ name, address, root }, port)));
  return ports.flatMap((port, index): Difference[] => {
    const leaf = answers[index] ?? '';
    const have = typeof leaf === 'string' ? leaf : leaf.serialNumber.toLowerCase();
    return have === serial ? [] : [{ what: `certificate of ${name} at port ${port}`, have, want: serial }];
  });
}
