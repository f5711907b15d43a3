// SPDX-License-Identifier: Apache-2.0
// One cloud with guests, volumes and a dashboard, and everything that the product does for it, once and in order.
import { afterAll, beforeAll, describe } from 'vitest';
import { clientTests } from './cloud/clients.ts';
import { destroyTests } from './cloud/destroy.ts';
import { installTests } from './cloud/install.ts';
import { migrateNovaTests } from './cloud/migrate-nova.ts';
import { repairTests } from './cloud/repair.ts';
import { rotateTests } from './cloud/rotate.ts';
import { sdkServerTests } from './cloud/sdk-server.ts';
import { secretsTests } from './secrets/secrets.ts';
import { begin, end, lab, spec } from './cloud/stand.ts';

// With an empty cache the first of them builds Temporal.
beforeAll(begin, 1_200_000);
afterAll(end);

describe('install', installTests);
describe('repair', repairTests);
describe('clients', clientTests);
// Its guest is waited for, most of the time; what is done to the cloud meanwhile must not be felt by it.
describe.concurrent('meanwhile', () => {
  describe.sequential('openstacksdk', sdkServerTests);
});
describe.concurrent('upkeep', () => {
  describe.sequential('MigrateNova', migrateNovaTests);
  describe.sequential('RotateServiceCredentials', rotateTests);
});
describe('secrets', () => secretsTests(() => ({ lab, spec })));
describe('destroy', destroyTests);
