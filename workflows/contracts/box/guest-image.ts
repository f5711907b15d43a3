// SPDX-License-Identifier: Apache-2.0
// What the project's own guest image is built from, and how it is called in a cloud.

export interface GuestImageSource {
  /** Debian's name of the release. */
  readonly suite: string;
  /** Text of a deb822 sources file. */
  readonly sources: string;
}

/** Its name in Glance. */
export const guestImageName = 'holdfast Linux';
