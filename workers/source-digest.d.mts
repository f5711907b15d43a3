export function sourceDigest(root: string, paths: readonly string[]): string | null;
