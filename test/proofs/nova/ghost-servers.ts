// SPDX-License-Identifier: Apache-2.0
// Statements that put servers into a cell as an older release left them, on a host that is gone: no living program looks after them.

/** Once per cell, before its servers. */
export const ghostHost = `INSERT INTO compute_nodes (created_at, deleted_at, deleted, uuid, host, hypervisor_hostname, vcpus, memory_mb,
  local_gb, vcpus_used, memory_mb_used, local_gb_used, hypervisor_type, hypervisor_version, cpu_info)
  VALUES (now(), now(), 99, gen_random_uuid()::text, 'ghost', 'ghost', 1, 1, 1, 0, 0, 0, 'fake', 1, '')`;

/** Without the id of their compute node; `deleted` is SQL over `n`, their number from 1. `where`: SQL, the host's name. */
export const ghostServers = (count: number, where = "'ghost'", deleted = '0'): string =>
  `INSERT INTO instances (created_at, deleted, uuid, host, node, availability_zone, vm_state, project_id, user_id)
  SELECT now(), ${deleted}, gen_random_uuid()::text, ${where}, ${where}, 'nova', 'active', 'none', 'none'
  FROM generate_series(1, ${count}) n`;
