// SPDX-License-Identifier: Apache-2.0
// Every attack on a medium that is carried to a mirror is refused before a byte of it is served.
// Proves: activities/mirror/bundle activities/clients/bundle activities/clients/content workflows/contracts/mirror
import { describe } from 'vitest';
import { attackTests } from '../../mirror/bundle/attacked-imports.ts';
import { attacks } from '../../mirror/bundle/hostile-media.ts';

describe('an import', () => attackTests(attacks));
