// SPDX-License-Identifier: Apache-2.0
// The name of a box's own table in this machine's nftables. Lists and changes none.

/** Dashes are no letters of an nftables name. */
export const tableOf = (box: string): string => `holdfast_${box.replaceAll('-', '_')}`;
