// SPDX-License-Identifier: Apache-2.0
// Ends the live commands of one row, or waits for them, wherever they run. Reports nothing: the apply does.
// Touches: host/jobs
import type { OperationPort } from '../../workflows/ports/operation.ts';
import type { Clients } from '../clients/index.ts';
import { Failure } from '../clients/failure.ts';
import type { Host } from '../clients/host/host.ts';
import { beating } from '../row-scope.ts';

export function stopActivities({ machine, inside }: Clients): Pick<OperationPort, 'stopRow'> {
  return {
    stopRow: (_args, { row, subject, cancel }) =>
      beating(async () => {
        for (const host of [machine(subject), inside(subject)]) await stopOn(host, row, cancel);
      }),
  };
}

async function stopOn(host: Host, row: string, cancel: 'finish' | 'kill'): Promise<void> {
  for (;;) {
    const [key] = await host.commands.live(row).catch((error: unknown) => {
      // A box that is off runs nothing.
      if (error instanceof Failure && error.code === 'Unreachable') return [];
      throw error;
    });
    if (key === undefined) return;
    if (cancel === 'kill') await host.commands.stop(key);
    else await host.commands.wait(key, 5);
  }
}
