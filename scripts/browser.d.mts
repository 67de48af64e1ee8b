/** Path of the browser for the tests of the page; null when none is installed. */
export function installedBrowser(env: NodeJS.ProcessEnv): string | null;
export function canInstallBrowser(): boolean;
