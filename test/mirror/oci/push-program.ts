// SPDX-License-Identifier: Apache-2.0
// Pushes blobs of a mirror as a worker does; a test kills it. Arguments: folder of the mirror's data, registry, bytes of a piece.
import { Host } from '../../../activities/hosts/host.ts';
import { spawn } from '../../../activities/hosts/transport.ts';
import { pushBlobs } from '../../../activities/mirror/oci/push.ts';
import { stepScopeOf } from '../step-scope.ts';

const [data = '', to = '', pieceBytes = ''] = process.argv.slice(2);
const name = 'this machine';
const host = new Host({ name, run: (argv, options) => spawn(name, argv, options) }, data, data);
const site = { box: 'lab', host, data, inside: data };
const scope = stepScopeOf({ operation: 'push-images', step: 'blobs', run: 'e'.repeat(16) });
await pushBlobs(site, { box: 'lab', to }, scope, { pieceBytes: Number(pieceBytes) });
