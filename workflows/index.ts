// SPDX-License-Identifier: Apache-2.0
// The one workflow function: Temporal calls the default export for every type, and the list of operations says what it does.
import { operationWorkflow } from './engine/operation.ts';
import { operations } from './operations/index.ts';

export default operationWorkflow(Object.values(operations));
