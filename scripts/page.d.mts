/** Builds the portal's page when it is missing or stale. @returns false when it could not be built */
export function ensurePage(root: string, node: string): Promise<boolean>;
export function digestOfSources(root: string): string;
