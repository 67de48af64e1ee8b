/**
 * Loaded before a program that run.mjs starts. When run.mjs is killed with SIGKILL, its end of this channel closes, and
 * the program ends as if by SIGTERM instead of living on with its port. Worker threads load it too and have no channel.
 */
if (process.channel) {
  process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
  process.channel.unref();
}
