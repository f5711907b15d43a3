// SPDX-License-Identifier: Apache-2.0
// What a verifier said of a chain, beside what it had to say. Runs none.
import type { Verdict } from '../../../../workflows/contracts/authority/ceremony.ts';
import { Failure } from '../../failure.ts';

/** `refusal` null: accepted. */
export function verdict(
  verifier: string,
  subject: string,
  expected: Verdict['expected'],
  refusal: string | null,
): Verdict {
  return {
    verifier,
    subject,
    expected,
    actual: refusal === null ? 'accepted' : 'refused',
    detail: refusal ?? 'accepted',
  };
}

/** @throws Failure VerifyFailed when a verifier judged otherwise than it has to; `on`: the file that was judged */
export function requireRight(on: string, verdicts: readonly Verdict[]): void {
  const wrong = verdicts.filter(({ expected, actual }) => expected !== actual);
  const [first] = wrong;
  if (first === undefined) return;
  const { verifier, subject, actual, detail } = first;
  throw new Failure('VerifyFailed', `${wrong.length} of ${verdicts.length} verdicts are wrong`, {
    on,
    cause: `${verifier} ${actual} ${subject}: ${detail}`,
    hint: 'What was signed must not be used; see which rule of the profile the verifier does not hold',
  });
}
