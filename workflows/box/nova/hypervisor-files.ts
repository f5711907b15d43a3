// SPDX-License-Identifier: Apache-2.0
// Nova's settings for what runs its servers: one text for KVM, one for emulation. Which of them holds is proven, not said here.
import type { FileArgs } from '../../ports/host.ts';
import type { ProvenHypervisor } from '../../ports/hypervisor.ts';
import type { BoxPlan } from '../plan.ts';
import { ini, serviceFile } from '../file.ts';

export const hypervisorPath = '/etc/nova/holdfast-hypervisor.conf';

/** MiB that the cloud's own programs have. @source 3.6 GiB of the whole plane with one guest */
const reservedMebibytes = 4096;

export function hypervisorFiles({ spec }: BoxPlan): Record<ProvenHypervisor, FileArgs> {
  const text = (sections: Parameters<typeof ini>[0]): FileArgs =>
    serviceFile(hypervisorPath, 'nova', ini(sections, spec.overrides['nova-compute']));
  return {
    kvm: text({
      DEFAULT: {
        reserved_host_memory_mb: reservedMebibytes,
        ram_allocation_ratio: 1.5,
        cpu_allocation_ratio: 4,
      },
      libvirt: { virt_type: 'kvm', cpu_mode: 'host-model' },
    }),
    qemu: text({
      // A guest under emulation takes what it touched, and the processor is the bottleneck long before memory is.
      DEFAULT: {
        reserved_host_memory_mb: reservedMebibytes,
        ram_allocation_ratio: 3,
        cpu_allocation_ratio: 8,
        // Everything takes its time: nova-compute waits for QEMU, its callers wait for it.
        rpc_response_timeout: 180,
      },
      // Nehalem: the oldest that today's distributions are built for (x86-64-v2).
      // 32 MiB of translated code for each guest: 209 MiB of memory instead of 267, as seen of one with 1 GiB, as fast.
      libvirt: { virt_type: 'qemu', cpu_mode: 'custom', cpu_models: 'Nehalem', tb_cache_size: 32 },
    }),
  };
}
