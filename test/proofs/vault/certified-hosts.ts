// SPDX-License-Identifier: Apache-2.0
// A root, an intermediate and leaves for host names, as an authority of ours issues them, by OpenSSL. Keys of a test.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';

const configuration = `
[ca]
default_ca = root
[root]
database = index.txt
serial = serial
crlnumber = crlnumber
new_certs_dir = .
certificate = root.pem
private_key = root.key
default_md = sha384
default_days = 30
default_crl_days = 30
policy = any
x509_extensions = intermediate
[any]
commonName = supplied
[intermediate]
basicConstraints = critical, CA:true, pathlen:0
keyUsage = critical, keyCertSign, cRLSign
nameConstraints = critical, permitted;DNS:cloud.example, excluded;IP:0.0.0.0/0.0.0.0, excluded;IP:0:0:0:0:0:0:0:0/0:0:0:0:0:0:0:0
`;

const ecKey = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-384', '-nodes'];

export class CertifiedHosts {
  private constructor(readonly folder: string) {}

  static async create(folder: string): Promise<CertifiedHosts> {
    await mkdir(folder, { recursive: true });
    const hosts = new CertifiedHosts(folder);
    await writeFile(join(folder, 'ca.conf'), configuration);
    await writeFile(join(folder, 'index.txt'), '');
    for (const name of ['serial', 'crlnumber']) await writeFile(join(folder, name), '01\n');
    const usage = ['-addext', 'keyUsage=critical,keyCertSign,cRLSign'];
    const subject = ['-subj', '/CN=Root', '-keyout', 'root.key', '-out', 'root.pem'];
    await hosts.#openssl('req', '-x509', ...ecKey, ...subject, ...usage);
    await hosts.#request('intermediate', 'Intermediate 1');
    const words = ['-config', 'ca.conf', '-batch', '-notext', '-in', 'intermediate.csr'];
    await hosts.#openssl('ca', ...words, '-out', 'intermediate.pem');
    return hosts;
  }

  get root(): Promise<string> {
    return readFile(join(this.folder, 'root.pem'), 'utf8');
  }

  /** Paths of the leaf with its chain, and of its key. */
  async leaf(host: string): Promise<{ readonly certificateFile: string; readonly keyFile: string }> {
    await this.#request(host, host);
    await writeFile(
      join(this.folder, `${host}.ext`),
      `subjectAltName=DNS:${host}\nextendedKeyUsage=clientAuth,serverAuth\n`,
    );
    const signer = [
      '-CA',
      'intermediate.pem',
      '-CAkey',
      'intermediate.key',
      '-CAcreateserial',
      '-days',
      '10',
    ];
    const files = ['-in', `${host}.csr`, '-extfile', `${host}.ext`, '-out', `${host}.leaf`];
    await this.#openssl('x509', '-req', ...signer, ...files);
    const certificateFile = join(this.folder, `${host}.pem`);
    const read = (name: string): Promise<string> => readFile(join(this.folder, name), 'utf8');
    await writeFile(certificateFile, (await read(`${host}.leaf`)) + (await read('intermediate.pem')));
    return { certificateFile, keyFile: join(this.folder, `${host}.key`) };
  }

  /** The CRL of the root in DER, with the intermediate on it once that is revoked. */
  async crl(isRevoked: boolean): Promise<Buffer> {
    if (isRevoked) await this.#openssl('ca', '-config', 'ca.conf', '-revoke', 'intermediate.pem');
    await this.#openssl('ca', '-config', 'ca.conf', '-gencrl', '-out', 'root.crl');
    await this.#openssl('crl', '-in', 'root.crl', '-outform', 'DER', '-out', 'root.crl.der');
    return readFile(join(this.folder, 'root.crl.der'));
  }

  #request(name: string, commonName: string) {
    const files = ['-keyout', `${name}.key`, '-out', `${name}.csr`];
    return this.#openssl('req', '-new', ...ecKey, '-subj', `/CN=${commonName}`, ...files);
  }

  #openssl(...words: string[]) {
    return execa('openssl', words, { cwd: this.folder });
  }
}
