// SPDX-License-Identifier: Apache-2.0
// A local box: its recorded spec, image, root file system, power, and its removal.
import type { BoxSpec } from '../contracts/box/box-spec.ts';
import type { Apply, Observe } from './run/activities.ts';

export interface RootArgs {
  readonly box: string;
  /** SHA-256 of the recipe, 16 hex digits: the image's name in the cache. */
  readonly recipe: string;
  /** Debian's name of the release. */
  readonly suite: string;
  /** What the box needs; an image of that release that has them all serves. */
  readonly packages: readonly string[];
  /** Lay the box on the newest image of its recipe. Default: it keeps its image. */
  readonly isUpdate?: true;
  /** Of a scheduled update: an image on which the canary was bad is not tried again. */
  readonly passesOverBad?: true;
}

interface PreparedRootArgs extends RootArgs {
  /** It has a folder that this machine and the box share, see contracts/box/data-folder.ts. */
  readonly hasData?: true;
}

export interface ImageArgs extends RootArgs {
  readonly unitsShippedDisabled: readonly string[];
  readonly generatorsMasked: readonly string[];
  /** Text of a deb822 sources file. */
  readonly sources: string;
  /** Options for apt inside the build, taken over from this machine. */
  readonly aptOptions: readonly string[];
}

export interface PowerArgs {
  readonly box: string;
  /** Outer end of the veth; at most 15 characters. */
  readonly link: string;
  readonly address: string;
  readonly gateway: string;
  readonly prefix: number;
  /** The network of floating IPs, whose inner end a switch of the box owns; null or absent: none. */
  readonly externalNetwork?: {
    readonly link: string;
    readonly gateway: string;
    readonly prefix: number;
  } | null;
}

/** The links of this machine to a box. */
interface LinksArgs {
  readonly box: string;
  readonly link: string;
  readonly outerLink?: string;
}

interface UpdatesArgs {
  readonly box: string;
  /** Text of a deb822 sources file. */
  readonly sources: string;
  /** Lines of apt's configuration. Default: this machine's alone. */
  readonly aptOptions?: readonly string[];
}

export interface BoxSpecArgs {
  readonly spec: BoxSpec;
  /** SHA-256 of the only recorded spec that may be replaced. Default: any, and none. */
  readonly base?: string;
}

export interface BoxPort {
  observeSpec: Observe<BoxSpecArgs>;
  recordSpec: Apply<BoxSpecArgs>;
  observeImage: Observe<ImageArgs>;
  buildImage: Apply<ImageArgs>;
  /** A precondition of nothing: packages of the box's image that are behind their sources. */
  observeUpdates: Observe<UpdatesArgs>;
  observeRoot: Observe<PreparedRootArgs>;
  prepareRoot: Apply<PreparedRootArgs>;
  /** False when the canary of an update was bad and the box still has the new image. */
  /** Whether a person took the last update back; its former image must still be whole. @throws Failure PreconditionFailed */
  observeTakenBack: Observe<{ readonly box: string }>;
  takeBack: Apply<{ readonly box: string }>;
  observeFormerImage: Observe<{ readonly box: string }>;
  layBack: Apply<{ readonly box: string }>;
  /** A precondition: the box stays on the image of its last update. */
  observeKept: Observe<{ readonly box: string }>;
  observePower: Observe<PowerArgs>;
  bootBox: Apply<PowerArgs>;
  observeOff: Observe<{ readonly box: string }>;
  powerOff: Apply<{ readonly box: string }>;
  observeNoNetwork: Observe<LinksArgs>;
  removeNetwork: Apply<LinksArgs>;
  observeNoFiles: Observe<{ readonly box: string }>;
  removeFiles: Apply<{ readonly box: string }>;
}
