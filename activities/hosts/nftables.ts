// SPDX-License-Identifier: Apache-2.0
// The names of a box's own tables in this machine's nftables. Lists and changes none.

/** Of the ways to it. Dashes are no letters of an nftables name. */
export const tableOf = (box: string): string => `holdfast_${box.replaceAll('-', '_')}`;

/** Of the way from its outer network into the world. */
export const outerTableOf = (box: string): string => `${tableOf(box)}_outer`;
