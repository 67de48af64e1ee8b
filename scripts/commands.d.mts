export interface CommandPlan {
  /** Whether development dependencies must be installed. */
  readonly dev: boolean;
  /** Folders with packages of their own, which must be installed, too. */
  readonly folders?: string[];
  readonly nodeArgs: string[];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
}

export declare class UsageError extends Error {}
export declare function planCommand(
  root: string,
  name: string | undefined,
  args: string[],
  caller: { readonly cwd: string; readonly env: NodeJS.ProcessEnv },
): CommandPlan;
