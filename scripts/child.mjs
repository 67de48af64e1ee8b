import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/**
 * One Ctrl-C under npm reaches us twice, from the terminal and from npm, which passes on what it gets. A second one of a
 * human comes later than this.
 */
const SAME_SIGNAL_MS = 300;

const WINDOWS = process.platform === 'win32';
const LIFELINE = new URL('./lifeline.mjs', import.meta.url).href;

/**
 * Runs a program in our place: its errors are ours, the rest of its output is not shown, each signal reaches it once, and its end is ours.
 *
 * It gets a process group of its own, so that the terminal's Ctrl-C comes to us alone and is passed on once. (On Windows
 * the console tells every process, there is nothing to pass on.)
 *
 * @param {string} file
 * @param {string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<number>} exit code; 128 + n when signal n ended it
 */
export function runProgram(file, args, { cwd, env } = {}) {
  return run(file, args, { cwd, env, stdio: ['inherit', 'ignore', 'inherit'] });
}

/** The same for a Node program of ours, whose whole output is ours and which also ends when we are killed without a chance to pass it on. */
export function runNode(file, args, { cwd, env } = {}) {
  return run(file, ['--import', LIFELINE, ...args], {
    cwd,
    env,
    stdio: ['inherit', 'inherit', 'inherit', 'ipc'],
  });
}

function run(file, args, options) {
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, { ...options, detached: !WINDOWS });
    const stopForwarding = forwardSignals(child);
    child.on('error', (error) => {
      stopForwarding();
      reject(error);
    });
    child.on('exit', (code, signal) => {
      stopForwarding();
      resolve(code ?? 128 + constants.signals[signal]);
    });
  });
}

function forwardSignals(child) {
  const lastAt = new Map();
  const forward = (signal) => {
    const now = performance.now();
    const repeated = now - (lastAt.get(signal) ?? Number.NEGATIVE_INFINITY) < SAME_SIGNAL_MS;
    lastAt.set(signal, now);
    if (!repeated && !WINDOWS) child.kill(signal);
  };
  const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
  for (const signal of signals) process.on(signal, forward);
  return () => {
    for (const signal of signals) process.off(signal, forward);
  };
}
