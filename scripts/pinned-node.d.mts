export declare class NoNodeError extends Error {}

export interface Machine {
  readonly root: string;
  readonly platform: string;
  readonly arch: string;
  readonly current: { readonly execPath: string; readonly version: string };
  readonly runs: (file: string) => boolean;
}

export declare function chooseNode(machine: Machine): string;
export declare function chooseNodeHere(root: string): string;
