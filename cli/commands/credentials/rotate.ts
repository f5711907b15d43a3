// SPDX-License-Identifier: Apache-2.0
// `holdfast credentials rotate`: replaces application credentials of service users, without a failed request.
import { credentialSubjectOf } from '../../records/cloud-records.ts';
import { runOptions, takeOverOption, watchOptions, type Command } from '../../command.ts';
import { sameCommand } from '../../terminal/command-line.ts';
import { confirmName, confirmOption } from '../../terminal/confirm-name.ts';
import { operations } from '../../../workflows/operations/index.ts';
import { runOperation } from '../../runs/run-operation.ts';
import { rotationKindNames, rotationKindOf } from './rotation-kinds.ts';

export const credentialSubjectArgument = {
  name: 'cloud',
  text: 'name of an installed box, or of a cloud that was recorded by cloud record',
};

export const credentialsRotate: Command = {
  words: ['credentials', 'rotate'],
  summary: 'replace the application credentials of a cloud, or other secrets of a box',
  arguments: [
    credentialSubjectArgument,
    { name: 'user', text: 'service users such as glance; default: all of them', isVariadic: true },
  ],
  options: [
    {
      flags: '--kind <kind>',
      text: `what of a box: ${rotationKindNames.join(', ')}; default: applications, its application credentials`,
      group: 'Run',
    },
    { flags: '--due', text: 'only what is due by its age; default: whatever its age', group: 'Run' },
    {
      flags: '--emergency',
      text: 'a secret is known to others: retire the former ones at once and change the passwords last, which ends every token of the users',
      group: 'Run',
    },
    confirmOption,
    ...runOptions,
    takeOverOption,
    ...watchOptions,
  ],
  examples: [
    'credentials rotate local-box',
    'credentials rotate local-box glance nova',
    'credentials rotate local-box --due',
    'credentials rotate local-box --emergency --confirm local-box',
    'credentials rotate local-box --kind fernet',
  ],
  run: async (context, [argument = '', ...users], options) => {
    const credentialSubject = await credentialSubjectOf(context, argument);
    const { kind, name } = credentialSubject;
    const rotation = rotationKindOf(credentialSubject, users, options, (changes) =>
      sameCommand(credentialsRotate, [name], { ...options, confirm: undefined, ...changes }),
    );
    const emergency = options['emergency'] === true;
    if (emergency && options['attach'] !== true)
      await confirmName(context, options, {
        name,
        what: `An emergency rotation of ${name}`,
        next: sameCommand(credentialsRotate, [name, ...users], { ...options, confirm: name }),
        question: `This ends ${rotation?.emergencyEnds ?? 'every token of the service users'} of ${name}. Type its name to go on: `,
      });
    if (rotation !== null)
      return runOperation(context, options, {
        operation: rotation.operation,
        subject: name,
        input: { name, ...rotation.input(options), takeOver: options['takeOver'] === true },
      });
    const input = {
      name,
      users: users.length === 0 ? null : users,
      due: options['due'] === true,
      emergency,
      takeOver: options['takeOver'] === true,
    };
    return runOperation(context, options, {
      operation: kind === 'box' ? operations.rotateServiceCredentials : operations.rotateCloudCredentials,
      subject: name,
      input,
    });
  },
};
