// SPDX-License-Identifier: Apache-2.0
// By how much the waits of live ceremonies are shorter than those of a real one. Imported by workflow code too.
/** @source three days are 77 looks at a step that awaits a person, most of them an hour apart: below three minutes by this */
export const compression = 1800;
