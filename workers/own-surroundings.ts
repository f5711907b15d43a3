// SPDX-License-Identifier: Apache-2.0
// Sets umask and PATH of a program before anything else is loaded: what we make and find does not depend on the caller's shell.

/** 022: the usual one. What is private is made with a mode of its own. */
process.umask(0o022);

/** Where nft, sysctl and others lie; a shell of `su` has none of them. @source ENV_SUPATH of Debian's login.defs */
const administration = ['/usr/local/sbin', '/usr/sbin', '/sbin'];

const folders = (process.env['PATH'] ?? '/usr/local/bin:/usr/bin:/bin').split(':');
process.env['PATH'] = [...folders, ...administration.filter((folder) => !folders.includes(folder))].join(':');
