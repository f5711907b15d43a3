// SPDX-License-Identifier: Apache-2.0
// The shape of what one kind of content adds to a refresh, and how every trial by a real client is run. Pure.
import type { MirrorKind } from '../../contracts/mirror/mirror-spec.ts';
import type { StepOptions } from '../../contracts/run/build-table.ts';
import type { ActivityCall } from '../../contracts/run/table.ts';

export type Steps = Readonly<Record<string, StepOptions>>;

/** A scheduled run ends when a step fails, so that the next one begins; an asked one waits for a person. */
export type OnFailure = 'fail' | 'park';

/** What one kind adds: its steps up to `built`, and its trial between `staged` and `published`. */
export interface KindSteps {
  readonly kind: MirrorKind;
  readonly built: string;
  readonly smoke: string;
  readonly before: Steps;
  readonly after: Steps;
}

export type Trial = Pick<KindSteps, 'smoke' | 'after'>;

export const trial = (onFailure: OnFailure, observe: ActivityCall, apply: ActivityCall) => ({
  after: ['staged'],
  profile: 'command' as const,
  cancel: 'kill' as const,
  exclusive: ['smoke'],
  tries: 2,
  onFailure,
  observe,
  apply,
});
