// SPDX-License-Identifier: Apache-2.0
// A session as a page of Markdown: what was typed, what was printed, how long it took. Runs nothing.
import type { Line } from './session.ts';

export interface Shown extends Line {
  readonly output: string;
  readonly seconds: number;
}

/** `seconds`: of the whole session. */
export function transcriptOf(shown: readonly Shown[], seconds: number): string {
  return `# The first minutes

What a new user types on a Debian 13 that has nothing else (\`mmdebstrap --variant=minbase\`), and what is printed. The proof \`first-minutes\` types these lines on such a system, and fails where a line prints something else; this page is what it saw (\`HOLDFAST_WRITE_TRANSCRIPT=1 npm run proofs -- first-minutes\`). The whole session took ${Math.round(seconds)} s on two cores that other tests used as well; the time of each line stands with it.

The box has Keystone alone: a whole cloud with guests takes a quarter of an hour on such a machine, since its image is built first. The program of Temporal, which \`holdfast up\` fetches once, was there already.

${shown.map(partOf).join('\n\n')}
`;
}

function partOf({ because, line, output, exitCode, last, seconds }: Shown): string {
  const lines = output.trimEnd().split('\n');
  const kept = last === undefined || lines.length <= last ? lines : ['…', ...lines.slice(-last)];
  const end = exitCode === 0 ? [] : [`[exit code ${exitCode}]`];
  const printed = [...kept, ...end].join('\n').trimEnd();
  return `${because} It took ${seconds.toFixed(1)} s.\n\n\`\`\`console\n# ${line}\n${printed}\n\`\`\``;
}
