import { existsSync } from 'node:fs';
import { join } from 'node:path';

/** Where the packages of systems put a Chromium or a Chrome. */
const PLACES = {
  linux: ['/usr/bin/chromium', '/usr/bin/chromium-browser', '/usr/bin/google-chrome', '/snap/bin/chromium'],
  darwin: [
    '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
    '/Applications/Chromium.app/Contents/MacOS/Chromium',
  ],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].map((name) =>
    join(process.env[name] ?? '', 'Google', 'Chrome', 'Application', 'chrome.exe'),
  ),
};

/**
 * The browser for the tests of the page: the one that GUILDHALL_BROWSER names, or one that is installed.
 * @param {NodeJS.ProcessEnv} env
 * @returns {string | null}
 */
export function installedBrowser(env) {
  return env.GUILDHALL_BROWSER ?? (PLACES[process.platform] ?? []).find((file) => existsSync(file)) ?? null;
}

/** Whether the registry has a browser for this machine: the package in browser/chromium. */
export function canInstallBrowser() {
  return process.platform === 'linux' && process.arch === 'x64';
}
