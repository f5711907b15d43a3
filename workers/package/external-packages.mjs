// SPDX-License-Identifier: Apache-2.0
// npm packages that no program bundles: they carry native code or look for their own files. An installed holdfast brings them.

/** Of the workers and their tokens, with what of Temporal's they bring along. */
export const ofWorkers = ['@temporalio/*', 'protobufjs', 'ssh2', 'pkcs11js'];
/** Of programs that a person waits for. */
export const ofCommands = ['ssh2'];
/** Compiled as it is installed, and for hardware tokens only: where that fails, the rest works. */
export const optional = ['pkcs11js'];
