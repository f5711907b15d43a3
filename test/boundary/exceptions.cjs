// SPDX-License-Identifier: Apache-2.0
// The arrows that no rule of a room allows, file by file. Each is a debt: prefer a client or a contract.
'use strict';

module.exports = [
  {
    from: 'activities/host/preflight.ts',
    to: ['activities/box/image.ts', 'activities/box/power.ts'],
    why: 'preflight asks whether image and network of that name are here already',
  },
];
