// SPDX-License-Identifier: Apache-2.0
// What a medium carries: the first bundle, one behind a receipt, and the one that follows a medium that was lost.
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { BundleLab } from '../../test/mirror/bundle/bundle-lab.ts';
import { sha256Of } from '../../test/mirror/upstream-server.ts';

export interface CarriedBytes {
  readonly what: string;
  /** Of files that the far side does not have. */
  readonly wanted: number;
  /** On the medium. */
  readonly carried: number;
}

const sizes = Array.from({ length: 20 }, (_, index) => 1_000_000 + index);
const later = [1_500_001, 1_500_002, 1_500_003];

export async function benchBundles(): Promise<CarriedBytes[]> {
  const lab = await BundleLab.create();
  const carry = async (what: string, wanted: readonly number[], receipt?: string): Promise<CarriedBytes> => {
    await rm(lab.medium, { recursive: true, force: true });
    const since = receipt === undefined ? null : { path: receipt, digest: sha256Of(await readFile(receipt)) };
    await lab.exportBundle({ since });
    let carried = 0;
    for (const name of await readdir(lab.medium)) carried += (await stat(join(lab.medium, name))).size;
    return { what, wanted: wanted.reduce((sum, each) => sum + each, 0), carried };
  };
  try {
    await lab.publishNear('1', sizes);
    const first = await carry('first bundle', sizes);
    const receipt = await lab.importBundle();
    await lab.publishNear('1', [...sizes, ...later.slice(0, 2)]);
    const second = await carry('two new files, behind a receipt', later.slice(0, 2), receipt);
    // The medium is lost: it is not imported, and the next one is made behind the same receipt.
    await lab.publishNear('1', [...sizes, ...later]);
    const third = await carry('a third, and the medium before was lost', later, receipt);
    await lab.importBundle();
    return [first, second, third];
  } finally {
    await lab.remove();
  }
}
