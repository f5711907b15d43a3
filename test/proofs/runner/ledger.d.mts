export interface Entry {
  readonly own: string;
  readonly base: string;
  readonly commit: string;
  readonly seed: string;
  readonly part: string;
  readonly seconds: number;
  readonly takenAt: string;
}
export interface Proof {
  readonly name: string;
  readonly file: string;
  readonly proves: readonly string[];
  readonly own: string;
  readonly base: string;
  readonly entry: Entry | null;
  readonly reason: 'never taken' | 'changed' | 'base changed' | null;
  /** Of its last run; null for a proof that was never taken. */
  readonly seconds: number | null;
}
export function proofNameOf(path: string): string | null;
export function readProofs(root: string): Proof[];
export function dueProofs(proofs: readonly Proof[]): Proof[];
export function fitting(due: readonly Proof[], seconds: number): Proof[];
export function record(
  root: string,
  name: string,
  run: { readonly seed: string; readonly part: string; readonly seconds: number },
): void;
