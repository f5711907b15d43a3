// SPDX-License-Identifier: Apache-2.0
// Exports or imports a bundle of a lab, as a worker does; a test kills it. Arguments: folder, run, `export` or `import`, bytes of a segment.
import { BundleLab } from './bundle-lab.ts';

const [folder = '', run = '', way = '', segmentBytes = ''] = process.argv.slice(2);
const lab = await BundleLab.open(folder);
lab.pauseMilliseconds = 4;
if (way === 'export') await lab.exportBundle({ segmentBytes: Number(segmentBytes) }, run);
else await lab.importBundle(run);
