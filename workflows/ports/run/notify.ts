// SPDX-License-Identifier: Apache-2.0
// Telling a person that a run waits. No step calls it; the engine does.
import type { Notice, NotifyResult, NotifyTarget } from '../../contracts/run/notice.ts';

export interface NotifyPort {
  /** Tries a few times and resolves either way. */
  sendNotice(args: { readonly target: NotifyTarget; readonly notice: Notice }): Promise<NotifyResult>;
}
