// SPDX-License-Identifier: Apache-2.0
// Sizes of files as people read them. Reads no file.

/** `3.0 MiB`, `1.2 GiB`. */
export function sizeText(bytes: number): string {
  const mebibytes = bytes / 2 ** 20;
  return mebibytes >= 1024 ? `${(mebibytes / 1024).toFixed(1)} GiB` : `${mebibytes.toFixed(1)} MiB`;
}
