// SPDX-License-Identifier: Apache-2.0
// Speaks ssh to a guest with a key that lives in memory alone. Chooses no command.
import ssh2 from 'ssh2';
import { Failure } from '../failure.ts';

export interface GuestKey {
  /** One line, as `authorized_keys` has it. */
  readonly publicKey: string;
  /** In OpenSSH's format. */
  readonly privateKey: string;
}

export interface GuestLogin {
  readonly address: string;
  readonly user: string;
  readonly privateKey: string;
  /** Base64 of the keys that the guest may have; none: any is taken. */
  readonly hostKeys: readonly string[];
}

interface Ran {
  /** 255 when the guest reported none. */
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

export interface GuestShell {
  /** Runs a line of the guest's shell. @throws Failure Unreachable when it is not over in time */
  run(command: string, timeoutSeconds?: number): Promise<Ran>;
  close(): void;
}

export function newGuestKey(comment: string): GuestKey {
  const { public: publicKey, private: privateKey } = ssh2.utils.generateKeyPairSync('ed25519', { comment });
  return { publicKey, privateKey };
}

/** @throws Failure Unreachable while no server listens; Rejected when the guest has another host key or refuses ours */
export function openGuestShell(login: GuestLogin, timeoutSeconds: number): Promise<GuestShell> {
  const { address, user, privateKey, hostKeys } = login;
  const client = new ssh2.Client();
  let isStranger = false;
  return new Promise((resolve, reject) => {
    client.on('ready', () => resolve(shellOf(client, address)));
    client.on('error', (error) => {
      client.destroy();
      reject(failureOf(error, address, isStranger));
    });
    client.connect({
      host: address,
      username: user,
      privateKey,
      readyTimeout: timeoutSeconds * 1000,
      hostVerifier: (key: Buffer) => {
        isStranger = hostKeys.length > 0 && !hostKeys.includes(key.toString('base64'));
        return !isStranger;
      },
      // The console of a small guest shows one key; what else it might have is nothing to check by.
      ...(hostKeys.length > 0 && { algorithms: { serverHostKey: ['ssh-ed25519'] } }),
    });
  });
}

function failureOf(error: Error & { level?: string }, on: string, isStranger: boolean): Failure {
  if (isStranger)
    return new Failure('Rejected', 'The host key is none of those on the console', { on, cause: error });
  if (error.level === 'client-authentication')
    return new Failure('Rejected', 'The guest refused the key', { on, cause: error });
  return new Failure('Unreachable', 'No ssh', { on, cause: error });
}

function shellOf(client: ssh2.Client, on: string): GuestShell {
  return {
    run: (command, timeoutSeconds = 30) =>
      new Promise<Ran>((resolve, reject) => {
        const late = setTimeout(() => {
          reject(
            new Failure('Unreachable', `No end of a command within ${timeoutSeconds} s`, {
              on,
              cause: command.slice(0, 120),
            }),
          );
        }, timeoutSeconds * 1000);
        const lost = (error: Error): void => {
          clearTimeout(late);
          reject(new Failure('Unreachable', 'The ssh session broke', { on, cause: error }));
        };
        client.once('error', lost);
        client.exec(command, (error, channel) => {
          if (error !== undefined) return lost(error);
          let stdout = '';
          let stderr = '';
          let exitCode = 255;
          channel.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
          channel.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
          channel.on('exit', (code: number | null) => (exitCode = code ?? 255));
          channel.on('close', () => {
            clearTimeout(late);
            client.off('error', lost);
            resolve({ exitCode, stdout, stderr });
          });
          channel.end();
        });
      }),
    close: () => {
      client.on('error', () => undefined);
      client.end();
    },
  };
}
