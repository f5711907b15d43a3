// SPDX-License-Identifier: Apache-2.0
// The secrets of a Keystone that stands alone, each replaced by another one while it serves, through kills of the worker.
// Proves: workflows/operations/rotate-keys workflows/operations/rotate-admin workflows/operations/rotate-cloud workflows/operations/acknowledge-credential workflows/box/keystone activities/keystone
import { afterAll, beforeAll, describe } from 'vitest';
import { administratorProofs } from './administrator.ts';
import { fernetProofs } from './fernet.ts';
import { jwsProofs } from './jws.ts';
import { begin, end, lab, spec } from './stand.ts';
import { rotateCloudTests } from '../../system/keys/rotate-cloud.ts';

beforeAll(begin);
afterAll(end);

describe('fernet', fernetProofs);
describe('administrator', administratorProofs);
describe('a cloud', () => rotateCloudTests(() => ({ lab, spec })));
describe('jws', jwsProofs);
