// SPDX-License-Identifier: Apache-2.0
// Some attacks on a medium, drawn by the seed; the proof `hostile-media` has them all.
import { describe } from 'vitest';
import { seededPart } from '../../proofs/runner/seeded-part.ts';
import { attackTests } from './attacked-imports.ts';
import { attacks } from './hostile-media.ts';

describe('an import', () => attackTests(seededPart('hostile-media', attacks, 0.1)));
