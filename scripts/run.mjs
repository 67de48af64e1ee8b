/**
 * What every npm script calls: `node scripts/run.mjs COMMAND [args]`. It and the .mjs files beside it run on any Node from
 * 20 on, need nothing installed and no shell: they see to the install, then run the command on the pinned Node.
 */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { runNode } from './child.mjs';
import { planCommand, UsageError } from './commands.mjs';
import { ensureInstalled, InstallError } from './install.mjs';
import { ensurePage } from './page.mjs';
import { chooseNodeHere, NoNodeError } from './pinned-node.mjs';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const [command, ...args] = process.argv.slice(2);

try {
  const caller = { cwd: process.env.INIT_CWD ?? process.cwd(), env: process.env };
  const {
    dev,
    page = false,
    folders = [],
    wishes = [],
    nodeArgs,
    cwd,
    env,
  } = planCommand(root, command, args, caller);
  await ensureInstalled(root, { dev });
  const node = chooseNodeHere(root);
  for (const folder of folders) await ensureInstalled(folder, { dev, node });
  for (const folder of wishes) await ensureInstalled(folder, { dev, node }).catch(sayItIsLeftOut);
  if (page && !(await ensurePage(root, node))) {
    process.stderr.write('The portal’s page could not be built, for the reason above: it is left out.\n');
  }
  process.exitCode = await runNode(node, nodeArgs, { cwd, env });
} catch (error) {
  if (!(error instanceof UsageError || error instanceof InstallError || error instanceof NoNodeError))
    throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}

/** @param {unknown} error */
function sayItIsLeftOut(error) {
  if (!(error instanceof InstallError)) throw error;
  process.stderr.write(`${error.message}\nWhat needs it is left out.\n`);
}
