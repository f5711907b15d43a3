// SPDX-License-Identifier: Apache-2.0
// The program that mends what the switch in userspace does to guests: floating IPs out of reach, links left down or lost.
import type { FileArgs } from '../../ports/host.ts';
import { file, script } from '../file.ts';
import floatingIps from './floating-ips.sh';

export const floatingIpUnit = 'holdfast-floating-ips.service';
const program = '/usr/local/lib/holdfast/floating-ips';

/**
 * A packet from a guest to a floating IP passes the router twice, and each look into the connection table sends it
 * through the switch once more; the switch in userspace drops it at the seventh time. A floating IP that is translated
 * without that table needs none of those looks. Neutron 26 has no setting for it.
 * @source measured: `datapath_drop_recirc_error` counts each lost packet (MAX_RECIRC_DEPTH is 6 in Open vSwitch's
 *   lib/dpif-netdev.c); with stateless translation the answer came in 5 ms.
 *
 * The switch takes a guest's link by writing all its flags as it read them once (update_flags() in lib/netdev-linux.c): when
 * libvirt brought the link up in between, it is down from then on, and the guest never gets an address.
 * @source seen: one of some thirty servers, "error sending Ethernet packet on tap…: Network is down" for as long as it lived;
 *   of a hundred links brought up at the moment at which the switch took them, two stayed down
 *
 * When QEMU ends and begins again without Nova (a soft reboot, suspend and resume, rescue, a crash), the link is made anew under
 * its former name, and the switch goes on with the one that is gone. It makes each link that it opens promiscuous, so a link
 * that is not is one that it does not hold; another number of the port makes it open the link again, and OVN keeps the binding.
 * @source seen: no answer in 75 s after a soft reboot, status and port ACTIVE; with the port renumbered an answer within 1 s.
 *   `ofport_request` in bridge_delete_or_reconfigure_ports() of Open vSwitch's vswitchd/bridge.c
 */
export const floatingIpFiles: readonly FileArgs[] = [
  script(program, '644', floatingIps),
  file(`/etc/systemd/system/${floatingIpUnit}`, 'root', '644', [
    '[Unit]',
    'Description=Guests on the switch in userspace: floating IPs without connection tracking, links kept',
    'After=ovn-central.service openvswitch-switch.service',
    // While the switch is down it ends at once: the usual limit of five starts in ten seconds would leave it so for good.
    'StartLimitIntervalSec=0',
    '',
    '[Service]',
    `ExecStart=/bin/sh ${program}`,
    'Restart=always',
    'RestartSec=2',
    '',
    '[Install]',
    'WantedBy=multi-user.target',
  ]),
];
