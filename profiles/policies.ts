// SPDX-License-Identifier: Apache-2.0
// Rules that every release's packages need over their own. Data.

export const novaPolicies: readonly string[] = [
  // Neutron reports plugged ports; the packaged rule would ask for `admin` where `service` serves.
  '"os_compute_api:os-server-external-events:create": "role:service or role:admin"',
  // Most flavors of the standard have no disk; without Cinder nobody could start them otherwise.
  '"os_compute_api:servers:create:zero_disk_flavor": "rule:project_member_or_admin"',
  // What Neutron says of a port is about the server of another project, which none but an administrator finds.
  '"context_is_admin": "role:admin or role:service"',
];
