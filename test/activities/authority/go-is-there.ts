// SPDX-License-Identifier: Apache-2.0
// Whether Go is installed where the product looks for it.
import { execaSync } from 'execa';

const path = `${process.env['PATH'] ?? ''}:/usr/local/go/bin`;
export const hasGo = execaSync('go', ['version'], { env: { PATH: path }, reject: false }).exitCode === 0;
