import { delimiter, join } from 'node:path';
import type { Readiness } from '../walk/library.ts';
import { botFolder } from './bot-folder.ts';
import { isInstalled, runCommand } from './command.ts';

const BUILD_TIMEOUT_MS = 600_000;

/** A bot with a class `Bot`, that Maven builds with what its pom.xml names. */
export async function javaBot(name: string): Promise<Readiness> {
  if (!isInstalled('javac', '-version')) return { type: 'skipped', why: 'no JDK is installed' };
  if (!isInstalled('mvn', '--version')) return { type: 'skipped', why: 'Maven is not installed' };
  const folder = await botFolder({
    name,
    manifest: 'pom.xml',
    install: (cwd) => maven(cwd, 'dependency:copy-dependencies'),
  });
  await maven(folder, 'compile');
  const classPath = [join(folder, 'target/classes'), join(folder, 'target/dependency/*')].join(delimiter);
  return {
    type: 'ready',
    command: 'java',
    args: ['-Dfile.encoding=UTF-8', '-Dstdout.encoding=UTF-8', '-cp', classPath, 'Bot'],
  };
}

function maven(cwd: string, goal: string): Promise<void> {
  return runCommand('mvn', ['--quiet', '--batch-mode', '-Dstyle.color=never', goal], {
    cwd,
    timeoutMs: BUILD_TIMEOUT_MS,
  });
}
