// SPDX-License-Identifier: Apache-2.0
// A Keystone that stands alone, and what is rotated in it: beside the cloud, whose tests last longest and wait for one another.
import { afterAll, beforeAll, describe } from 'vitest';
import { crashLab } from '../proofs/crash/crash-run.ts';
import { rotateCloudTests } from './keys/rotate-cloud.ts';
import { rotateKeysTests } from './keys/rotate-keys.ts';
import { type Lab, labSpec } from './lab.ts';
import { secretsTests } from './secrets/secrets.ts';

const spec = labSpec('one-keystone', 42, {
  // A rotation of keys waits as long as Keystone remembers what it read; ten minutes by default.
  overrides: { keystone: { cache: { expiration_time: 5 } } },
});
let lab: Lab;
const stand = () => ({ lab, spec });

beforeAll(async () => {
  lab = await crashLab();
  await lab.install(spec);
}, 1_200_000);

// After a failure the box still stands: it goes all the same.
afterAll(() => lab.dispose(spec.name));

describe('RotateCloudCredentials', () => rotateCloudTests(stand));
describe('RotateKeystoneKeys', () => rotateKeysTests(stand, 0.1));
describe('secrets', () => secretsTests(stand));
