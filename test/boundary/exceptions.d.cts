declare const exceptions: readonly {
  readonly from: string;
  readonly to: readonly string[];
  readonly why: string;
}[];
export = exceptions;
