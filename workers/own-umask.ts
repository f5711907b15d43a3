// SPDX-License-Identifier: Apache-2.0
// Sets the umask of a program before anything else is loaded: modes of what we make do not come from the caller's shell.

/** 022: the usual one. What is private is made with a mode of its own. */
process.umask(0o022);
