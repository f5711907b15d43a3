// SPDX-License-Identifier: Apache-2.0
// Finds a project by its name and its domain's. Makes none.
import type { ProjectName } from '../../workflows/ports/cloud/seeds.ts';
import type { OpenStackClient } from '../clients/openstack/cloud.ts';
import { Failure } from '../clients/failure.ts';

/** @throws Failure Unreachable while the project is not there: the step that makes it comes before */
export async function projectIdOf({ identity }: OpenStackClient, owner: ProjectName): Promise<string> {
  const domain = await identity.domains.find({ name: owner.domain });
  const project =
    domain === undefined
      ? undefined
      : await identity.projects.find({ name: owner.project, domainId: domain.id });
  if (project !== undefined) return project.id;
  throw new Failure('Unreachable', `Project ${owner.project} of domain ${owner.domain} does not exist yet`, {
    on: 'Keystone',
  });
}
