// SPDX-License-Identifier: Apache-2.0
// The arrows that no rule of a room allows, file by file. Each is a debt: prefer a client or a contract.
'use strict';

module.exports = [
  {
    from: 'activities/operation/compile.ts',
    to: ['activities/box/spec.ts'],
    why: 'a run that names its box only reads the spec that was recorded',
  },
  {
    from: 'activities/host/preflight.ts',
    to: ['activities/box/image.ts', 'activities/box/power.ts', 'activities/pki/authority.ts'],
    why: 'preflight asks whether image, network and secrets of that name are here already',
  },
  {
    from: 'activities/keystone/administrator.ts',
    to: ['activities/pki/authority.ts'],
    why: "a login over TLS needs the box's own authority",
  },
  {
    from: 'activities/access/access.ts',
    to: ['activities/keystone/administrator.ts'],
    why: "the access files hold the administrator's login",
  },
];
