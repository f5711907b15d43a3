// SPDX-License-Identifier: Apache-2.0
// RabbitMQ inside a box: who may use it.
import type { Apply, Observe } from '../run/activities.ts';

interface BrokerUsersArgs {
  readonly box: string;
  readonly users: readonly string[];
  /** The file of definitions that names them. */
  readonly definitionsPath: string;
}

export interface RabbitmqPort {
  observeBrokerUsers: Observe<BrokerUsersArgs>;
  importBrokerUsers: Apply<BrokerUsersArgs>;
}
