// SPDX-License-Identifier: Apache-2.0
// The shape of a release profile. Holds no values.
import type { FlavorArgs } from './flavor.ts';
import type { ServiceName } from './box-spec.ts';
import type { DatabaseDriver, DatabaseService } from '../database/database-driver.ts';

/** An HTTP API behind HAProxy. */
export interface ApiProfile {
  /** Name in the catalog. */
  readonly name: string;
  /** Debian's package that tells its version; default: as it is named. */
  readonly package?: string;
  /** Type in the catalog. Default: the service's name in a spec. */
  readonly type?: string;
  readonly unit: string;
  /** Linux user. */
  readonly user: string;
  /** The same outside, at HAProxy, and in the catalog. */
  readonly publicPort: number;
  /** On loopback. */
  readonly backendPort: number;
  /** Appended to the catalog's URL. */
  readonly path: string;
  /** Asked without a token; answers below 400 when the program works. */
  readonly healthPath: string;
  /** Null: the program listens by itself. */
  readonly uwsgi: {
    readonly application: string;
    readonly threads: number;
    /** Arguments that the application reads as its own. */
    readonly arguments?: string;
    /** Where processors would allow more; default: as many as they allow. */
    readonly processesMax?: number;
    /** A process that holds more is replaced once it is idle; default: none is. */
    readonly memoryMebibytesMax?: number;
    /** Folders whose files are served without the application, by their path in the URL. */
    readonly folders?: Readonly<Record<string, string>>;
  } | null;
  /** Started by the unit in place of the packaged command; for a program that listens by itself. */
  readonly command?: string;
}

/** Of every service that an install knows; of others where boxes of the release have had them. */
export type Drivers = Readonly<
  Record<'keystone' | 'glance' | 'placement' | 'neutron' | 'nova', DatabaseDriver> &
    Partial<Record<DatabaseService, DatabaseDriver>>
>;

/** What a unit starts in place of the packaged command. */
export interface ProgramProfile {
  readonly unit: string;
  readonly command: string;
}

interface ConsoleProfile extends ProgramProfile {
  /** At HAProxy, and in the URLs that Nova gives. */
  readonly publicPort: number;
  /** On loopback. */
  readonly backendPort: number;
  /** Of noVNC, which connects to the guest that the URL's token is for. */
  readonly page: string;
  /** On loopback, where QEMU listens: one for each guest. */
  readonly screenPorts: { readonly first: number; readonly last: number };
}

export interface ReleaseProfile {
  readonly name: string;
  /** Debian's suite name, as in sources. */
  readonly suite: string;
  /** In every system of the release: what Debian marks as essential or required, and apt. */
  readonly base: readonly string[];
  /** Of every box. */
  readonly packages: readonly string[];
  /** Of a box whose certificate an authority issues. */
  readonly acmeClientPackages: readonly string[];
  /** What a service needs beside them. */
  readonly servicePackages: Readonly<Record<ServiceName, readonly string[]>>;
  readonly unitsShippedDisabled: readonly string[];
  /** Programs of systemd that run at each reload and have nothing to find in a box. */
  readonly generatorsMasked: readonly string[];
  readonly postgres: { readonly version: string; readonly port: number };
  readonly rabbitmq: { readonly port: number };
  readonly apis: Readonly<Record<ServiceName, ApiProfile>>;
  readonly drivers: Drivers;
  /** Roles that a cloud has. */
  readonly roles: readonly string[];
  /** Roles of a service's own user in the project `service`. */
  readonly serviceUserRoles: Readonly<
    Record<'glance' | 'placement' | 'neutron' | 'nova' | 'cinder', readonly string[]>
  >;
  /** Rules over the packaged ones, as lines of YAML; none: no file. */
  readonly policies: Readonly<
    Record<'keystone' | 'placement' | 'neutron' | 'nova' | 'cinder', readonly string[]>
  >;
  readonly neutron: {
    /** Beside the API's program, `rpc` with a packaged unit; null: that one does their work as well. */
    readonly programs: Readonly<Record<'rpc' | 'maintenance', ProgramProfile>> | null;
    /** Whether an administrator can say by which rules default groups begin. */
    readonly hasDefaultRuleTemplate: boolean;
    /** Whether its library removes double rows by a GROUP BY that PostgreSQL refuses. */
    readonly groupsRows: boolean;
    /** Settings of the OVN driver beyond those of every release. */
    readonly ovn: Readonly<Record<string, string>>;
  };
  readonly compute: {
    readonly driver: string;
    /** Whether the program writes a file of its identity at its first start on a host, and refuses a second without it. */
    readonly hasIdentityFile: boolean;
    /** Nova's count of what its programs can do, in this release. */
    readonly serviceVersion: number;
    /** Of the oldest programs that this release's work beside; with an older one recorded they end at once. */
    readonly oldestServiceVersion: number;
  };
  /** What a box with real guests has beside the rest. */
  readonly guests: {
    readonly packages: readonly string[];
    readonly unitsShippedDisabled: readonly string[];
    /** Nova's metadata API, asked by the agent alone. */
    readonly metadata: ApiProfile;
    /** Neutron's agent that hands guests on to it. */
    readonly metadataAgent: ProgramProfile;
    /** Nova's proxy, which shows the screens of guests in a browser. */
    readonly console: ConsoleProfile;
  };
  /** What a box with a dashboard has beside the rest. */
  readonly dashboard: { readonly unitsShippedDisabled: readonly string[] };
  /** What a box with volumes has beside the rest. */
  readonly volumes: {
    readonly unitsShippedDisabled: readonly string[];
    /** Of the driver's units those that are there. */
    readonly units: readonly string[];
    readonly scheduler: ProgramProfile;
    /** Makes the volumes; it reads a file more, which says where they lie. */
    readonly volume: ProgramProfile;
  };
  readonly flavors: readonly FlavorArgs[];
  /** The role of whoever manages a domain of tenants. */
  readonly domainManagerRole: string;
}
