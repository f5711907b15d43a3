// SPDX-License-Identifier: Apache-2.0
// The bytes of the smallest disk that boots: a boot sector that prints one line and halts. Pure.

/** 1 MiB: the least that every tool takes for a disk. */
export const bootMessageBytes = 1_048_576;

/** The same bytes at every call, so that an image made of them has one checksum. */
export function bootMessageDisk(): Uint8Array {
  const disk = new Uint8Array(bootMessageBytes);
  const text = new TextEncoder().encode('This image proves that a server starts. It holds no system.\r\n\0');
  // 8086, at 0x7C00: load the text's address; print byte by byte through the BIOS; halt at the zero.
  disk.set([0x31, 0xc0, 0x8e, 0xd8, 0xbe, 0x18, 0x7c, 0xac, 0x08, 0xc0, 0x74, 0x09, 0xb4, 0x0e]);
  disk.set([0xbb, 0x07, 0x00, 0xcd, 0x10, 0xeb, 0xf2, 0xf4, 0xeb, 0xfd], 14);
  disk.set(text, 24);
  disk.set([0x55, 0xaa], 510);
  return disk;
}
