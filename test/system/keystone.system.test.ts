// SPDX-License-Identifier: Apache-2.0
// A Keystone that stands alone, its tunnels, and what is rotated in it: beside the cloud, whose tests last longest and wait for one another.
import { afterAll, beforeAll, describe } from 'vitest';
import { crashLab } from '../proofs/crash/crash-run.ts';
import { rotateCloudTests } from './keys/rotate-cloud.ts';
import { rotateKeysTests } from './keys/rotate-keys.ts';
import { type Lab, labSpec } from './lab.ts';
import { ClientNamespace } from './tunnels/client-namespace.ts';
import { tunnelTests } from './tunnels/tunnels.ts';
import { refusedRunTests } from './failures/refused-run.ts';
import { secretsTests } from './secrets/secrets.ts';

/** Between this machine and a machine elsewhere: no other link has it. */
const tunnelAddress = '10.78.143.1';
const spec = labSpec('one-keystone', 42, {
  access: { wireguard: { address: tunnelAddress } },
  // A rotation of keys waits as long as Keystone remembers what it read; ten minutes by default.
  overrides: { keystone: { cache: { expiration_time: 5 } } },
});
let lab: Lab;
let elsewhere: ClientNamespace;
const stand = () => ({ lab, spec });

beforeAll(async () => {
  elsewhere = await ClientNamespace.create(tunnelAddress, '10.78.143.2');
  lab = await crashLab();
  await lab.install(spec);
}, 1_200_000);

// After a failure the box still stands: it goes all the same.
afterAll(async () => {
  await elsewhere?.remove();
  await lab?.dispose(spec.name);
});

describe('tunnels', () => tunnelTests(stand, () => elsewhere));
describe('RotateCloudCredentials', () => rotateCloudTests(stand));
describe('RotateKeystoneKeys', () => rotateKeysTests(stand, 0.1));
describe('a run that was refused', () => refusedRunTests(stand));
describe('secrets', () => secretsTests(stand));
