// SPDX-License-Identifier: Apache-2.0
// What lacks its token waits for a person: further tries do not plug it in. Changes nothing.
import { Failure } from '../clients/failure.ts';
import { TokenAbsent } from '../clients/token/tokens.ts';

/** @throws Failure NeedsOperator when the token is not plugged in; else what the work throws */
export function needingHands<A, R>(work: (args: A) => Promise<R>): (args: A) => Promise<R> {
  return async (args) => {
    try {
      return await work(args);
    } catch (error) {
      if (!(error instanceof TokenAbsent)) throw error;
      const { message, facts } = error;
      const hint = 'Plug in the token named, then resolve the step with --retry';
      throw new Failure('NeedsOperator', message, { on: facts.on, cause: facts.cause, hint });
    }
  };
}
