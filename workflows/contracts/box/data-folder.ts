// SPDX-License-Identifier: Apache-2.0
// The folder that this machine and a box share: what is fetched by this machine is served by the box. Pure.

/** Where the box sees it; on this machine it is the folder `data` of the box. */
export const dataInside = '/srv/holdfast';
