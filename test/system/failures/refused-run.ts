// SPDX-License-Identifier: Apache-2.0
// What Temporal itself shows of a run that failed: for people who look at its web UI, and for its metrics.
import { expect, it } from 'vitest';
import type { BoxSpec } from '../../../workflows/contracts/box/box-spec.ts';
import { type Lab, labSpec } from '../lab.ts';

export function refusedRunTests(stand: () => { lab: Lab; spec: BoxSpec }): void {
  it('is shown with the step that failed, its cause and the next command', async () => {
    const { lab, spec } = stand();
    const second = labSpec('second-box', 42);
    expect(second.networks).toEqual(spec.networks);
    const handle = await lab.startInstall(second);
    const claimed = /network .* is claimed: by box one-keystone/;
    await expect(handle.result()).rejects.toMatchObject({
      cause: { type: 'PreconditionFailed', message: expect.stringMatching(claimed) as string },
    });
    const { events } = await handle.fetchHistory();
    const failed = (events ?? []).flatMap(({ activityTaskFailedEventAttributes: each }) => each ?? []);
    expect(failed.map(({ failure }) => failure?.message)).toEqual([expect.stringMatching(claimed)]);
    const { definition: _, ...metadata } = await handle.query<Record<string, unknown>>(
      '__temporal_workflow_metadata',
    );
    const details = String(metadata['currentDetails']).split('\n');
    expect(details.slice(0, 7)).toEqual([
      '**failed**',
      '',
      expect.stringMatching(/^- \*\*preflight\*\* `This machine can hold the box: \d not met: network/),
      '',
      'What to do: `Fix what the check names, then start again`',
      '',
      'Next: `holdfast op show install-box/second-box`',
    ]);
  });
}
