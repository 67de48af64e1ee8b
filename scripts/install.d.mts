export interface LockEntry {
  readonly version?: string;
  readonly integrity?: string;
  readonly link?: boolean;
  readonly dev?: boolean;
  readonly optional?: boolean;
  readonly devOptional?: boolean;
}

export interface Lock {
  readonly packages: Readonly<Record<string, LockEntry>>;
}

export declare class InstallError extends Error {}
export declare function missingPackages(
  wanted: Lock,
  installed: Lock | null,
  options: { readonly dev: boolean },
): string[];
export declare function hasDevelopment(installed: Lock | null): boolean;
export declare function ensureInstalled(
  root: string,
  options: { readonly dev: boolean; readonly node?: string },
): Promise<void>;
export declare function addonEnvironment(env: NodeJS.ProcessEnv, node: string): NodeJS.ProcessEnv;
export declare function tryLock(file: string): boolean;
