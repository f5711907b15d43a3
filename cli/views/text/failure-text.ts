// SPDX-License-Identifier: Apache-2.0
// One failure in one line. Prints nothing.
import type { StepFailure } from '../../../workflows/contracts/run/errors.ts';

/** The message, and the deepest cause when it says more. */
export function failureLine({ message, cause }: StepFailure): string {
  const text = cause === undefined || message.includes(cause) ? message : `${message}: ${cause}`;
  return oneLine(text);
}

/** Text from a peer on one line, without what a terminal would obey. */
export function oneLine(text: string): string {
  // eslint-disable-next-line no-control-regex -- control characters are what is taken out
  return text.replaceAll(/\s*\n\s*/g, ' | ').replaceAll(/[\u0000-\u001f\u007f-\u009f]/g, ' ');
}

/** The command that shows the log which a failure names as `HOST:FOLDER/`: of `box NAME` or of `this machine`. */
export function logCommand(logPath: string): string {
  const [, host = '', folder = ''] = /^([^:]*):(\/.*?)\/?$/.exec(logPath) ?? [];
  if (folder === '') return logPath;
  const words = `tail -n 50 ${folder}/stdout ${folder}/stderr`;
  return host === 'this machine' ? words : `holdfast box shell ${host.replace(/^box /, '')} -- ${words}`;
}
