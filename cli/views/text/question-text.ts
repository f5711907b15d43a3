// SPDX-License-Identifier: Apache-2.0
// What a step asks of a person, and what it was told. Asks nobody.
import type { StepProgress } from '../../../workflows/contracts/run/progress.ts';
import type { Question } from '../../../workflows/contracts/run/question.ts';
import { aligned } from '../../terminal/columns.ts';
import { clockText } from '../../terminal/time-text.ts';
import { oneLine } from './failure-text.ts';

type Asking = Pick<StepProgress, 'id' | 'title' | 'failure' | 'answer'>;

export function questionLines(
  { id, title, failure, answer }: Asking,
  question: Question,
  now: number,
): string[] {
  return [
    `${id}: ${title}`,
    `  what is asked: ${oneLine(question.text)}`,
    ...fieldLines(question).map((line) => `    ${line}`),
    ...(failure?.cause === undefined ? [] : [`  what was seen: ${oneLine(failure.cause)}`]),
    ...(answer === undefined ? [] : [`  answered before by ${answer.actor} at ${clockText(answer.at, now)}`]),
  ];
}

/** `serial  The serial number on its label  [0-9]{8}` */
export function fieldLines({ fields }: Question): string[] {
  return aligned(
    Object.entries(fields).map(([name, { label, pattern }]) => [name, oneLine(label), oneLine(pattern)]),
  );
}
