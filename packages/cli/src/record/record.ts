import { rm } from 'node:fs/promises';
import { stopSignal } from '../stop-signal.ts';
import { parseRecordArguments } from './record-arguments.ts';
import { Recorder } from './recorder.ts';
import { RECORDING_VERSION } from './recording.ts';
import { RecordingWriter } from './recording-writer.ts';
import { Redaction } from './redaction.ts';

/**
 * `guildhall record`: runs until SIGINT or SIGTERM.
 * @returns the exit code
 * @throws UsageError; the system's error when the port cannot be had or the file cannot be written
 */
export async function record(args: readonly string[]): Promise<number> {
  const { file, apiBase, upstream, host, port, blanked } = parseRecordArguments(args);
  const writer = new RecordingWriter(file, {
    guildhall: 'recording',
    version: RECORDING_VERSION,
    startedAt: new Date().toISOString(),
    upstream: upstream ?? apiBase,
    blanked,
  });
  const redaction = new Redaction(blanked);
  {
    await using recorder = new Recorder({ host, port, apiBase, upstream, writer, redaction });
    await recorder.listen().catch(async (error: unknown) => {
      // Nothing was recorded. A file that was there before is not ours: closing fails, and says so.
      await writer.close();
      await rm(file);
      throw error;
    });
    process.stdout.write(
      `Recording into ${file}\nREST       http://${recorder.authority}/api\nGateway    ws://${recorder.authority}/\n`,
    );
    // A disk that is full ends it, and the error is told.
    await Promise.race([stopSignal(), writer.finished]);
    process.stdout.write(`Stopping: ${writer.lines} lines of ${recorder.connections} connection(s)\n`);
  }
  await writer.close();
  return 0;
}
