// SPDX-License-Identifier: Apache-2.0
// Keystone's rules by which `manager` manages a domain, for releases whose packaged rules do not know the role. Data.
// @source Keystone 2025.1, whose packaged rules give the role the same; SovereignCloudStack/standards scs-0302-v1

/** A rule for administrators, for the domain's manager, and for `others` whom the packaged rule lets in too. */
const rule = (name: string, manages: string, others = ''): string =>
  `"identity:${name}": "rule:admin_required or (role:manager and ${manages})${others}"`;

const ofUser = 'domain_id:%(target.user.domain_id)s';
const ofGroup = 'domain_id:%(target.group.domain_id)s';
const ofProject = 'domain_id:%(target.project.domain_id)s';
const ofListed = 'domain_id:%(target.domain_id)s';
const granted = `((${ofUser} or ${ofGroup}) and (${ofProject} or domain_id:%(target.domain.id)s))`;

export const domainManagerPolicies: readonly string[] = [
  // No manager hands out `admin`: what can be given is named.
  `"managed_role": "'manager':%(target.role.name)s or 'member':%(target.role.name)s or 'reader':%(target.role.name)s"`,
  ...['list_users', 'list_projects'].map((name) => rule(name, ofListed)),
  ...['create_user', 'update_user', 'delete_user'].map((name) => rule(name, ofUser)),
  rule('get_user', ofUser, ' or user_id:%(target.user.id)s'),
  ...['get_group', 'list_groups', 'create_group', 'update_group', 'delete_group', 'list_users_in_group'].map(
    (name) => rule(name, ofGroup),
  ),
  ...['check_user_in_group', 'add_user_to_group', 'remove_user_from_group'].map((name) =>
    rule(name, `${ofGroup} and ${ofUser}`),
  ),
  ...['create_project', 'update_project', 'delete_project'].map((name) => rule(name, ofProject)),
  rule('get_project', ofProject, ' or project_id:%(target.project.id)s'),
  // By these two, clients turn the names of a role and of a domain into ids.
  ...['list_roles', 'list_domains'].map(
    (name) => `"identity:${name}": "rule:admin_required or role:manager"`,
  ),
  rule('get_role', 'rule:managed_role'),
  rule('list_role_assignments', ofListed),
  rule('list_grants', granted),
  ...['check_grant', 'create_grant', 'revoke_grant'].map((name) =>
    rule(name, `rule:managed_role and ${granted}`),
  ),
];
