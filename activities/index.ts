// SPDX-License-Identifier: Apache-2.0
// All activities, fulfilling every port. An activity's name is kept until no open run uses it.
import type { OperationPort } from '../workflows/ports/run/operation.ts';
import type { NotifyPort } from '../workflows/ports/run/notify.ts';
import type { StepPorts } from '../workflows/ports/index.ts';
import { accessActivities } from './access/access.ts';
import { caServerActivities } from './ca-server/activities.ts';
import { drillActivities } from './authority/drill/activities.ts';
import { ceremonyActivities } from './authority/activities.ts';
import { imageActivities } from './box/image.ts';
import { powerActivities } from './box/power.ts';
import { removalActivities } from './box/removal.ts';
import { rootActivities } from './box/root.ts';
import { updateActivities } from './box/update.ts';
import { specActivities } from './box/spec.ts';
import type { Clients } from './clients/index.ts';
import { restoreDumpActivities } from './dumps/restore.ts';
import { carryActivities } from './dumps/carry.ts';
import { takeDumpActivities } from './dumps/take.ts';
import { guestImageActivities } from './guest/guest-image.ts';
import { imageFileActivities } from './guest/image-file.ts';
import { fileActivities } from './host/files.ts';
import { preflightActivities } from './host/preflight.ts';
import { unitActivities } from './host/units.ts';
import { administratorActivities } from './keystone/administrator.ts';
import { administratorPasswordActivities } from './keystone/administrator-password.ts';
import { catalogActivities } from './keystone/catalog.ts';
import { keyActivities } from './keystone/keys/activities.ts';
import { credentialActivities } from './keystone/credentials/activities.ts';
import { loginPluginActivities } from './keystone/login-plugin.ts';
import { userActivities } from './keystone/users.ts';
import { volumeBackendActivities } from './cinder/backend.ts';
import { volumePoolActivities } from './cinder/pools.ts';
import { mirrorActivities } from './mirror/activities.ts';
import { proxyActivities } from './mirror/proxy/activities.ts';
import { bundleActivities } from './mirror/bundle/activities.ts';
import { pushActivities } from './mirror/oci/push-activities.ts';
import { cellActivities } from './nova/cells.ts';
import { computeHostActivities } from './nova/compute-hosts.ts';
import { onlineMigrationActivities } from './migrations/online.ts';
import { programStandActivities } from './migrations/programs.ts';
import { toolActivities } from './migrations/tool.ts';
import { versionActivities } from './migrations/version.ts';
import { programActivities } from './nova/programs.ts';
import { rolloutActivities } from './nova/rollout.ts';
import { noticeActivities } from './notify/notice.ts';
import { compileActivities } from './operation/compile.ts';
import { leaseActivities } from './operation/lease.ts';
import { stopActivities } from './operation/stop-step.ts';
import { networkTypeActivities } from './ovn/network-types.ts';
import { switchActivities } from './ovn/switch.ts';
import { canaryActivities } from './canary/canary.ts';
import { canaryOperationActivities } from './canary/operation.ts';
import { verdictActivities } from './canary/verdict.ts';
import { evidenceActivities } from './canary/evidence.ts';
import { serviceUseActivities } from './canary/service-use.ts';
import { defaultRuleActivities } from './seeds/default-rules.ts';
import { flavorActivities } from './seeds/flavors.ts';
import { metadefActivities } from './seeds/metadefs.ts';
import { imageSeedActivities } from './seeds/image.ts';
import { networkSeedActivities } from './seeds/networks.ts';
import { quotaActivities } from './seeds/quotas.ts';
import { authorityActivities } from './pki/authority.ts';
import { certificateActivities } from './pki/certificates.ts';
import { publicCertificateActivities } from './pki/public/activities.ts';
import { clusterActivities } from './postgres/cluster.ts';
import { databaseActivities } from './postgres/databases.ts';
import { hypervisorFileActivities } from './hypervisor/file.ts';
import { proofActivities } from './hypervisor/prove.ts';
import { reachActivities } from './reach/forward.ts';
import { externalNetworkActivities } from './reach/external-network.ts';
import { outsideActivities } from './reach/outside.ts';
import { schemaActivities } from './postgres/schema.ts';
import { brokerUserActivities } from './rabbitmq/users.ts';
import { secretActivities } from './secrets/secrets.ts';

export function createActivities(clients: Clients) {
  return {
    ...compileActivities(clients),
    ...leaseActivities(clients),
    ...stopActivities(clients),
    ...noticeActivities(clients),
    ...preflightActivities(clients),
    ...specActivities(clients),
    ...secretActivities(clients),
    ...authorityActivities(clients),
    ...imageActivities(clients),
    ...guestImageActivities(clients),
    ...imageFileActivities(clients),
    ...rootActivities(clients),
    ...powerActivities(clients),
    ...updateActivities(clients),
    ...removalActivities(clients),
    ...certificateActivities(clients),
    ...publicCertificateActivities(clients),
    ...fileActivities(clients),
    ...unitActivities(clients),
    ...clusterActivities(clients),
    ...databaseActivities(clients),
    ...keyActivities(clients),
    ...carryActivities(clients),
    ...programActivities(clients),
    ...schemaActivities(clients),
    ...administratorActivities(clients),
    ...administratorPasswordActivities(clients),
    ...catalogActivities(clients),
    ...userActivities(clients),
    ...loginPluginActivities(clients),
    ...credentialActivities(clients),
    ...brokerUserActivities(clients),
    ...switchActivities(clients),
    ...networkTypeActivities(clients),
    ...volumeBackendActivities(clients),
    ...volumePoolActivities(clients),
    ...cellActivities(clients),
    ...computeHostActivities(clients),
    ...toolActivities(clients),
    ...programStandActivities(clients),
    ...onlineMigrationActivities(clients),
    ...versionActivities(clients),
    ...rolloutActivities(clients),
    ...flavorActivities(clients),
    ...metadefActivities(clients),
    ...imageSeedActivities(clients),
    ...networkSeedActivities(clients),
    ...defaultRuleActivities(clients),
    ...quotaActivities(clients),
    ...canaryActivities(clients),
    ...verdictActivities(clients),
    ...canaryOperationActivities(clients),
    ...serviceUseActivities(clients),
    ...reachActivities(),
    ...externalNetworkActivities(),
    ...outsideActivities(),
    ...proofActivities(clients),
    ...hypervisorFileActivities(clients),
    ...takeDumpActivities(clients),
    ...restoreDumpActivities(clients),
    ...evidenceActivities(clients),
    ...accessActivities(clients),
    ...mirrorActivities(clients),
    ...bundleActivities(clients),
    ...pushActivities(clients),
    ...proxyActivities(clients),
    ...ceremonyActivities(clients),
    ...caServerActivities(clients),
    ...drillActivities(clients),
  } satisfies OperationPort & NotifyPort & StepPorts;
}
