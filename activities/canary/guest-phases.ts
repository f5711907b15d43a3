// SPDX-License-Identifier: Apache-2.0
// The phases that look at a guest from outside and from inside: reached, told who it is, able to reach. Makes nothing.
import { lookup } from 'node:dns/promises';
import { isIP } from 'node:net';
import { Failure } from '../clients/failure.ts';
import { openGuestShell } from '../clients/guest/guest-shell.ts';
import { pingOnce } from '../clients/machine/outside-probes.ts';
import { userDataFile } from './cloud-phases.ts';
import { hostKeysOn } from './console.ts';
import { requirePart, until, type CanaryContext, type PhaseNote } from './context.ts';

/** @source a guest answers 5 s after its start under emulation, 60 s with 25 others waiting for 2 processors */
const bootSecondsMax = 300;

export async function ping(canary: CanaryContext): Promise<PhaseNote> {
  const on = requirePart(canary, 'address');
  const first = await pingOnce(on);
  if (first === null) return { skipped: 'this machine has no program ping' };
  if (!first)
    await until(canary, { what: 'No answer to a ping', on, secondsMax: bootSecondsMax }, async () =>
      (await pingOnce(on)) === true ? true : null,
    );
  return {};
}

export async function ssh(canary: CanaryContext): Promise<PhaseNote> {
  const { client, key, parts } = canary;
  const [address, user, serverId] = [
    requirePart(canary, 'address'),
    requirePart(canary, 'user'),
    requirePart(canary, 'serverId'),
  ];
  let hostKeys: readonly string[] = [];
  parts.shell = await until(
    canary,
    { what: 'No login by ssh', on: address, secondsMax: bootSecondsMax },
    async () => {
      // The guest prints its key before it listens; a console that shows none is no reason to stay outside.
      hostKeys = await hostKeysOn(client, serverId);
      return openGuestShell({ address, user, privateKey: key.privateKey, hostKeys }, 20);
    },
  );
  return {
    note: hostKeys.length > 0 ? 'host key as on the console' : 'no host key on the console: not checked',
  };
}

/** The output of a command that has to end well. @throws Failure VerifyFailed */
export async function answer(
  canary: CanaryContext,
  command: string,
  timeoutSeconds?: number,
): Promise<string> {
  const { exitCode, stdout, stderr } = await requirePart(canary, 'shell').run(command, timeoutSeconds);
  if (exitCode === 0) return stdout.trim();
  const cause = (stderr.trim() === '' ? stdout : stderr).trim().slice(-300);
  const message = `Inside the guest a command ended with exit code ${exitCode}: ${command.slice(0, 120)}`;
  throw new Failure('VerifyFailed', message, { on: requirePart(canary, 'address'), cause });
}

export async function userData(canary: CanaryContext): Promise<void> {
  const on = requirePart(canary, 'address');
  await until(canary, { what: 'No effect of user data', on, secondsMax: 60 }, async () => {
    const { stdout } = await requirePart(canary, 'shell').run(`cat ${userDataFile}`);
    return stdout.trim() === canary.nonce ? true : null;
  });
}

export async function metadata(canary: CanaryContext): Promise<void> {
  const url = 'http://169.254.169.254/openstack/latest/meta_data.json';
  const text = await answer(canary, `timeout 10 wget -q -O - ${url} || curl -fsS -m 10 ${url}`);
  const told = uuidIn(text);
  const serverId = requirePart(canary, 'serverId');
  if (told === serverId) return;
  throw new Failure('VerifyFailed', `The metadata service says ${told}, the server is ${serverId}`, {
    on: url,
  });
}

function uuidIn(text: string): string {
  try {
    return String((JSON.parse(text) as { uuid?: unknown }).uuid);
  } catch {
    return `no JSON: ${text.slice(0, 60)}`;
  }
}

/** The server's own name where the cloud keeps names, and Keystone's where it has one; else that somebody answers. */
export async function dns(canary: CanaryContext): Promise<PhaseNote> {
  const { client, authUrl } = canary;
  const resolvers = await answer(canary, "sed -n 's/^nameserver //p' /etc/resolv.conf");
  const [port] = await client.network.ports.list({ deviceId: requirePart(canary, 'serverId') });
  const host = new URL(authUrl).hostname;
  const names = [
    ...(port?.dnsNames ?? []).map((name) => name.replace(/\.$/, '')),
    ...(isIP(host) === 0 ? [host] : []),
  ];
  if (resolvers === '') {
    if (names.length === 0) return { skipped: 'the network names no resolver' };
    throw new Failure('VerifyFailed', 'DHCP gave no resolver', { on: requirePart(canary, 'address') });
  }
  const said: string[] = [];
  for (const name of names) {
    const { exitCode, stdout, stderr } = await requirePart(canary, 'shell').run(
      `nslookup ${name} || getent hosts ${name}`,
    );
    // busybox ends badly when there is no IPv6 address beside the one that it names.
    if (exitCode === 0 || /^Name:\s+\S+\s+Address/m.test(stdout))
      return { note: `${name} by ${resolvers.split('\n').join(', ')}` };
    said.push(`${stdout}${stderr}`.trim().slice(-160));
  }
  if (names.length > 0)
    throw new Failure('VerifyFailed', `No resolver knows ${names.join(' or ')}`, {
      on: resolvers.replaceAll('\n', ', '),
      cause: said.join(' | '),
    });
  const { stdout, stderr } = await requirePart(canary, 'shell').run('nslookup holdfast-canary.invalid');
  if (/timed out|no servers|can't connect/i.test(stdout + stderr))
    throw new Failure('VerifyFailed', 'No resolver answers', { on: resolvers.replaceAll('\n', ', ') });
  return { note: 'a resolver answers; there is no name to ask for' };
}

/** From inside to the cloud's own door, which every cloud has and which lies outside the tenant's network. */
export async function egress(canary: CanaryContext): Promise<PhaseNote> {
  const { hostname, port, protocol } = new URL(canary.authUrl);
  const { address } = await lookup(hostname, { family: 4 });
  const number = port === '' ? (protocol === 'https:' ? '443' : '80') : port;
  const on = `${address} ${number}`;
  const tries = [
    `nc -w 5 ${on} < /dev/null > /dev/null`,
    `timeout 5 bash -c '< /dev/tcp/${address}/${number}'`,
  ];
  await answer(canary, tries.map((each) => `${each} 2> /dev/null`).join(' || '));
  return { note: `${address}:${number}` };
}
