// SPDX-License-Identifier: Apache-2.0
// A real Vault on the loopback, in memory, with a certificate of its own. Ends with the test.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import buildVault from './build-vault.sh';
import { cacheDirectory } from '../../workers/temporal/temporal-program.ts';

const rootToken = 'root-of-a-test';

/** Another program of the same command line, such as OpenBao's `bao`, takes the place of the one that is built. */
async function vaultProgram(): Promise<string> {
  const given = process.env['HOLDFAST_VAULT'];
  if (given !== undefined) return given;
  const built = join(cacheDirectory, 'vault-1.19.0');
  await execa('sh', ['-c', buildVault, 'building Vault', built], { timeout: 1_500_000 });
  return join(built, 'vault');
}

export class RealVault {
  #said = '';

  private constructor(
    readonly address: string,
    readonly folder: string,
    private readonly program: string,
    private readonly server: ReturnType<typeof serve>,
  ) {
    server.stdout.on('data', (text: Buffer) => (this.#said += text.toString()));
  }

  static async start(): Promise<RealVault> {
    const program = await vaultProgram();
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-vault-'));
    const port = await freePort();
    const server = serve(program, port, folder);
    const vault = new RealVault(`https://127.0.0.1:${port}`, folder, program, server);
    await vault.#ready();
    return vault;
  }

  get authorityFile(): string {
    return join(this.folder, 'vault-ca.pem');
  }

  get #environment() {
    return { VAULT_ADDR: this.address, VAULT_CACERT: this.authorityFile, VAULT_TOKEN: rootToken };
  }

  /** Runs Vault's own command as root; returns what it prints. */
  async command(words: readonly string[], input?: string): Promise<string> {
    const { stdout } = await execa(this.program, words, {
      env: this.#environment,
      ...(input !== undefined && { input }),
    });
    return stdout;
  }

  /** Runs lines as a person pastes them into a shell, as root. */
  async script(lines: string): Promise<void> {
    const path = `${dirname(this.program)}:${process.env['PATH'] ?? ''}`;
    const env = { PATH: path, ...this.#environment };
    await execa('sh', ['-eu'], { input: lines, env });
  }

  async seal(): Promise<void> {
    await this.command(['operator', 'seal']);
  }

  /** With the key that a server in memory prints at its start. */
  async unseal(): Promise<void> {
    const [, key] = /^Unseal Key: (\S+)$/m.exec(this.#said) ?? [];
    if (key === undefined) throw new Error('Vault printed no unseal key');
    await this.command(['operator', 'unseal', key]);
  }

  async stop(): Promise<void> {
    this.server.kill('SIGKILL');
    await this.server;
    await rm(this.folder, { recursive: true });
  }

  async #ready(): Promise<void> {
    for (let tries = 0; ; tries += 1) {
      const isThere = await readFile(this.authorityFile).then(
        () => true,
        () => false,
      );
      if (
        isThere &&
        (await this.command(['status']).then(
          () => true,
          () => false,
        ))
      )
        return;
      if (tries > 100) throw new Error('Vault did not start');
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
}

function serve(program: string, port: number, folder: string) {
  const listen = [`-dev-listen-address=127.0.0.1:${port}`, `-dev-root-token-id=${rootToken}`];
  const tls = ['-dev-tls', `-dev-tls-cert-dir=${folder}`];
  return execa(program, ['server', '-dev', '-dev-no-store-token', ...listen, ...tls], { reject: false });
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
