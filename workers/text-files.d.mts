// SPDX-License-Identifier: Apache-2.0
// Types of text-files.mjs.
export declare const textLoader: Record<string, 'text'>;
export declare function isTextFile(path: string): boolean;
