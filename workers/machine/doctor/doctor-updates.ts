// SPDX-License-Identifier: Apache-2.0
// Which boxes have packages that are behind their sources. Asks the sources; changes nothing.
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { asStepFailure } from '../../../activities/clients/failure.ts';
import { pendingUpdates } from '../../../activities/box/pending-updates.ts';
import { recordedImage } from '../../../activities/hosts/box-image.ts';
import { proxiesOf, type SuperviseSettings } from '../../embedded/supervise-settings.ts';
import type { Finding } from './finding.ts';

/** Of the boxes of this machine that the state directory records. */
export async function updateFindings(
  settings: SuperviseSettings,
  boxes: readonly string[],
): Promise<Finding[]> {
  const found = await Promise.all(
    boxes.map((box) =>
      findingOf(settings, box).catch((error: unknown): Finding => {
        const { message, hint } = asStepFailure(error, box);
        return { level: 'note', what: `packages of box ${box}`, found: message, next: hint };
      }),
    ),
  );
  return found.filter((finding) => finding !== null);
}

/** Null for a box that is not there. */
async function findingOf(
  { cacheDirectory, environment }: SuperviseSettings,
  box: string,
): Promise<Finding | null> {
  const image = await recordedImage(box);
  if (image === null) return null;
  // Those that it was built from.
  const sources = await readFile(join(image, 'sources'), 'utf8');
  const proxies = proxiesOf(environment);
  const updates = await pendingUpdates(image, sources, { cacheDirectory, proxies });
  const what = `packages of box ${box}`;
  if (updates.length === 0) return { level: 'ok', what, found: 'as new as their sources' };
  const security = updates.filter(({ isSecurity }) => isSecurity).length;
  const next = `holdfast box update ${box} --plan`;
  if (security > 0) {
    const found = `${security} security updates, ${updates.length} updates in all`;
    return { level: 'wrong', what, found, next };
  }
  return { level: 'note', what, found: `${updates.length} updates, none of security`, next };
}
