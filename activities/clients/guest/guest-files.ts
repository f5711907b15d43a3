// SPDX-License-Identifier: Apache-2.0
// The guest's own files: what runs inside the first image, in busybox's sh. Builds nothing.
import boot from './files/boot.sh';
import dhcp from './files/dhcp.sh';
import init from './files/init.sh';
import power from './files/power.sh';

export interface GuestFile {
  readonly path: string;
  readonly mode: string;
  readonly text: string;
}

export const guestFiles: readonly GuestFile[] = [
  { path: 'init', mode: '755', text: init },
  { path: 'etc/boot', mode: '755', text: boot },
  { path: 'etc/dhcp', mode: '755', text: dhcp },
  { path: 'etc/power', mode: '755', text: power },
  { path: 'etc/inittab', mode: '644', text: '::sysinit:/etc/boot\n::respawn:/etc/power\n' },
  { path: 'etc/hosts', mode: '644', text: '127.0.0.1 localhost\n' },
  { path: 'etc/passwd', mode: '644', text: 'root:*:0:0:root:/root:/bin/sh\n' },
  { path: 'etc/group', mode: '644', text: 'root:x:0:\n' },
  { path: 'etc/shells', mode: '644', text: '/bin/sh\n' },
];
