// SPDX-License-Identifier: Apache-2.0
// The search attributes this project's runs carry, and their registration on any server. Sets none on a run.
import type { Connection } from '@temporalio/client';
import proto from '@temporalio/proto';
import { Failure } from '../../../activities/clients/failure.ts';

const { INDEXED_VALUE_TYPE_KEYWORD, INDEXED_VALUE_TYPE_BOOL, INDEXED_VALUE_TYPE_DOUBLE } =
  proto.temporal.api.enums.v1.IndexedValueType;

/** Name and type of each search attribute; a worker fails the task of a run that sets an unregistered one. */
export const SEARCH_ATTRIBUTES = {
  Cloud: INDEXED_VALUE_TYPE_KEYWORD,
  Subject: INDEXED_VALUE_TYPE_KEYWORD,
  Operation: INDEXED_VALUE_TYPE_KEYWORD,
  Phase: INDEXED_VALUE_TYPE_KEYWORD,
  NeedsHuman: INDEXED_VALUE_TYPE_BOOL,
  CanaryResult: INDEXED_VALUE_TYPE_KEYWORD,
  CanaryFailedPhase: INDEXED_VALUE_TYPE_KEYWORD,
  CanarySeconds: INDEXED_VALUE_TYPE_DOUBLE,
} as const;

/** Any connection that speaks the operator service: the client's, or a worker's native one. */
export type OperatorConnection = Pick<Connection, 'operatorService'>;

/** gRPC's ALREADY_EXISTS.
 * @source the gRPC status code table */
const ALREADY_EXISTS = 6;

/** Registers the search attributes that are missing in a namespace and returns their names.
 * @idempotent one that exists with the same type is left alone, also when another caller adds it meanwhile
 * @throws Failure `Conflict` when one exists with another type, `PreconditionFailed` when the server refuses */
export async function registerSearchAttributes(
  connection: OperatorConnection,
  namespace: string,
): Promise<string[]> {
  const missing = missingFrom(await listSearchAttributes(connection, namespace), namespace);
  if (Object.keys(missing).length === 0) return [];
  try {
    await connection.operatorService.addSearchAttributes({ namespace, searchAttributes: missing });
  } catch (error) {
    if ((error as { code?: unknown }).code !== ALREADY_EXISTS) {
      throw new Failure(
        'PreconditionFailed',
        `Search attributes ${Object.keys(missing).join(', ')} could not be registered in namespace ${namespace}`,
        {
          on: `namespace ${namespace}`,
          hint: `Have an administrator run: temporal operator search-attribute create --namespace ${namespace} ${commandLine(missing)}`,
          cause: error,
        },
      );
    }
    // Somebody else added one of them between our question and our request: ask again for the rest.
    return registerSearchAttributes(connection, namespace);
  }
  return Object.keys(missing);
}

type Attributes = Record<string, proto.temporal.api.enums.v1.IndexedValueType>;

async function listSearchAttributes(connection: OperatorConnection, namespace: string): Promise<Attributes> {
  const listed = await connection.operatorService.listSearchAttributes({ namespace });
  return listed.customAttributes;
}

function missingFrom(present: Attributes, namespace: string): Attributes {
  const missing: Attributes = {};
  for (const [name, type] of Object.entries(SEARCH_ATTRIBUTES)) {
    const existing = present[name];
    if (existing === undefined) missing[name] = type;
    else if (existing !== type) {
      throw new Failure(
        'Conflict',
        `Search attribute ${name} of namespace ${namespace} has type ${typeName(existing)}, but ${typeName(type)} is needed; nothing was registered`,
        {
          on: `namespace ${namespace}`,
          hint: `Use another namespace, or run: temporal operator search-attribute remove --namespace ${namespace} --name ${name}`,
        },
      );
    }
  }
  return missing;
}

function commandLine(attributes: Attributes): string {
  return Object.entries(attributes)
    .map(([name, type]) => `--name ${name} --type ${typeName(type)}`)
    .join(' ');
}

function typeName(type: proto.temporal.api.enums.v1.IndexedValueType): string {
  const names = new Map<number, string>([
    [INDEXED_VALUE_TYPE_BOOL, 'Bool'],
    [INDEXED_VALUE_TYPE_KEYWORD, 'Keyword'],
    [INDEXED_VALUE_TYPE_DOUBLE, 'Double'],
  ]);
  return names.get(type) ?? `number ${type}`;
}
