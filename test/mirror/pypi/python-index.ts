// SPDX-License-Identifier: Apache-2.0
// Generates wheels that pip installs, and the pages of a simple index for them, as JSON or as HTML.
import { createHash } from 'node:crypto';
import { crc32 } from 'node:zlib';
import { generated, sha256Of } from '../upstream-server.ts';

export interface GeneratedWheel {
  readonly project: string;
  readonly version: string;
  /** Default: `py3-none-any`. */
  readonly tag?: string;
  /** Of generated content beside the code; default 1000. */
  readonly bytes?: number;
  readonly requiresPython?: string;
  readonly yanked?: string;
  /** Whether the page names the core metadata; default: true. */
  readonly hasMetadata?: boolean;
}

interface Entry {
  readonly name: string;
  readonly bytes: Buffer;
}

/** The served files by path: wheels, their metadata, and a page for each project. */
export function pythonIndex(
  wheels: readonly GeneratedWheel[],
  { format = 'json', serial = 1 }: { readonly format?: 'json' | 'html'; readonly serial?: number } = {},
): Map<string, Buffer> {
  const served = new Map<string, Buffer>();
  const built = wheels.map((wheel) => ({ wheel, ...build(wheel) }));
  for (const { filename, bytes, metadata, wheel } of built) {
    served.set(`files/${filename}`, bytes);
    if (wheel.hasMetadata !== false) served.set(`files/${filename}.metadata`, metadata);
  }
  for (const project of new Set(wheels.map((each) => each.project))) {
    const files = built.filter(({ wheel }) => wheel.project === project);
    const page = format === 'json' ? jsonPage(project, files, serial) : htmlPage(files, serial);
    served.set(`simple/${project}/`, Buffer.from(page));
  }
  return served;
}

interface Built {
  readonly wheel: GeneratedWheel;
  readonly filename: string;
  readonly bytes: Buffer;
  readonly metadata: Buffer;
}

/** As pypi.org writes it. */
function jsonPage(name: string, files: readonly Built[], serial: number): string {
  return JSON.stringify({
    meta: { 'api-version': '1.4', '_last-serial': serial },
    name,
    files: files.map(({ wheel, filename, bytes, metadata }) => ({
      filename,
      url: `../../files/${filename}`,
      hashes: { sha256: sha256Of(bytes) },
      size: bytes.byteLength,
      'requires-python': wheel.requiresPython ?? null,
      yanked: wheel.yanked ?? false,
      'core-metadata': wheel.hasMetadata === false ? false : { sha256: sha256Of(metadata) },
      'upload-time': '2026-01-02T03:04:05.678901Z',
    })),
  });
}

function htmlPage(files: readonly Built[], serial: number): string {
  const links = files.map(({ wheel, filename, bytes, metadata }) => {
    const requires = wheel.requiresPython?.replace('>', '&gt;').replace('<', '&lt;');
    const attributes = [
      `href="../../files/${filename}#sha256=${sha256Of(bytes)}"`,
      requires === undefined ? '' : `data-requires-python="${requires}"`,
      wheel.yanked === undefined ? '' : `data-yanked="${wheel.yanked}"`,
      wheel.hasMetadata === false ? '' : `data-core-metadata="sha256=${sha256Of(metadata)}"`,
    ];
    return `<a ${attributes.filter(Boolean).join(' ')} >${filename}</a><br />`;
  });
  return `<!DOCTYPE html>\n<html><head><meta name="pypi:repository-version" content="1.0"></head>\n<body>\n${links.join('\n')}\n</body></html>\n<!--SERIAL ${serial}-->`;
}

function build(wheel: GeneratedWheel): Omit<Built, 'wheel'> {
  const { project, version, tag = 'py3-none-any', bytes = 1000, requiresPython } = wheel;
  const name = project.replaceAll('-', '_');
  const info = `${name}-${version}.dist-info`;
  const requires = requiresPython === undefined ? '' : `Requires-Python: ${requiresPython}\n`;
  const metadata = Buffer.from(`Metadata-Version: 2.1\nName: ${project}\nVersion: ${version}\n${requires}`);
  const entries: Entry[] = [
    { name: `${name}/__init__.py`, bytes: Buffer.from(`version = "${version}"\n`) },
    { name: `${name}/data.bin`, bytes: generated(`${project} ${version} ${tag}`, bytes) },
    { name: `${info}/METADATA`, bytes: metadata },
    {
      name: `${info}/WHEEL`,
      bytes: Buffer.from(`Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: ${tag}\n`),
    },
  ];
  const record = entries.map(({ name: path, bytes: content }) => `${path},sha256=${recordHash(content)},`);
  const lines = [...record, `${info}/RECORD,,`, ''].join('\n');
  return {
    filename: `${name}-${version}-${tag}.whl`,
    bytes: zip([...entries, { name: `${info}/RECORD`, bytes: Buffer.from(lines) }]),
    metadata,
  };
}

const recordHash = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('base64url');

/** Stored, not packed: sizes are as asked for. @source APPNOTE.TXT 4.3 */
function zip(entries: readonly Entry[]): Buffer {
  const parts: Buffer[] = [];
  const central: Buffer[] = [];
  let offset = 0;
  for (const { name, bytes } of entries) {
    const path = Buffer.from(name);
    const common = Buffer.alloc(26);
    common.writeUInt16LE(20, 0);
    // 1980-01-01: the same bytes at each run.
    common.writeUInt16LE(33, 8);
    common.writeUInt32LE(crc32(bytes), 10);
    common.writeUInt32LE(bytes.byteLength, 14);
    common.writeUInt32LE(bytes.byteLength, 18);
    common.writeUInt16LE(path.byteLength, 22);
    parts.push(Buffer.from('PK\x03\x04'), common, path, bytes);
    const more = Buffer.alloc(14);
    more.writeUInt32LE(0o100_644 * 65_536, 6);
    more.writeUInt32LE(offset, 10);
    central.push(Buffer.from('PK\x01\x02\x14\x03', 'latin1'), common, more, path);
    offset += 30 + path.byteLength + bytes.byteLength;
  }
  const directory = Buffer.concat(central);
  const end = Buffer.alloc(18);
  end.writeUInt16LE(entries.length, 4);
  end.writeUInt16LE(entries.length, 6);
  end.writeUInt32LE(directory.byteLength, 8);
  end.writeUInt32LE(offset, 12);
  return Buffer.concat([...parts, directory, Buffer.from('PK\x05\x06'), end]);
}
