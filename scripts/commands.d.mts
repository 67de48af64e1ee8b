export interface CommandPlan {
  /** Whether development dependencies must be installed. */
  readonly dev: boolean;
  /** Whether the portal's page must have been built. */
  readonly page?: boolean;
  /** Folders with packages of their own, which must be installed, too. */
  readonly folders?: string[];
  /** The same of folders that the command can do without. */
  readonly wishes?: string[];
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
