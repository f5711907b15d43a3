// SPDX-License-Identifier: Apache-2.0
// One box of identity alone, and what a person's days bring to it, in order: the install is searched for secrets, the end is a destroy.
// Proves: workflows/operations/install-box workflows/box workflows/operations/destroy-box workflows/operations/renew-certificates workers cli activities/operation activities/notify
import { afterAll, beforeAll, describe } from 'vitest';
import { leaseProofs } from './least-box/lease.ts';
import { lookedAfterProofs } from './least-box/looked-after.ts';
import { machineProofs } from './least-box/machine.ts';
import { reachProofs } from './least-box/reach.ts';
import { rebootProofs } from './least-box/reboot.ts';
import { secretsProofs } from './least-box/secrets.ts';
import { begin, end } from './least-box/stand.ts';

beforeAll(begin);
afterAll(end);

describe('secrets', secretsProofs);
describe('machine', machineProofs);
describe('reboot', rebootProofs);
describe('lease', leaseProofs);
describe('looked after', lookedAfterProofs);
describe('reach', reachProofs);
