import { createReadStream } from 'node:fs';
import { constants, createGunzip } from 'node:zlib';
import { MAX_LINE_BYTES, RECORDING_VERSION, type RecordingHeader, type RecordingLine } from './recording.ts';

/** A file that is no recording. The message has the file and the line. */
export class RecordingError extends Error {
  override readonly name = 'RecordingError';
}

const LINE_FEED = 0x0a;
const KINDS: ReadonlySet<string> = new Set<RecordingLine['kind']>([
  'opened',
  'refused',
  'received',
  'sent',
  'closed',
]);

/**
 * The header, then the lines, read as they are asked for. The last line of a recorder that was killed may be half: it is left out.
 * @throws RecordingError, or the system's error when the file cannot be read
 */
export async function* readRecording(file: string): AsyncGenerator<RecordingLine, void, undefined> {
  let number = 0;
  for await (const text of linesOf(file)) {
    number += 1;
    const value = parse(text, `${file}:${number}`);
    if (number === 1) requireHeader(value, file);
    else if (isLine(value)) yield value;
  }
  if (number === 0) throw new RecordingError(`${file}: is empty`);
}

/** Whole lines. @throws RecordingError for one that is too long */
async function* linesOf(file: string): AsyncGenerator<string, void, undefined> {
  const source = createReadStream(file);
  // What was cut off is read as far as it goes.
  const gunzip = () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH });
  const bytes = file.endsWith('.gz') ? source.pipe(gunzip()) : source;
  source.on('error', (error) => bytes.destroy(error));
  let pieces: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes as AsyncIterable<Buffer>) {
    let from = 0;
    for (let end = chunk.indexOf(LINE_FEED); end >= 0; end = chunk.indexOf(LINE_FEED, from)) {
      yield Buffer.concat([...pieces, chunk.subarray(from, end)]).toString('utf8');
      pieces = [];
      length = 0;
      from = end + 1;
    }
    pieces.push(chunk.subarray(from));
    length += chunk.length - from;
    if (length > MAX_LINE_BYTES)
      throw new RecordingError(`${file}: a line has more than ${MAX_LINE_BYTES} bytes`);
  }
}

function parse(text: string, at: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw new RecordingError(`${at}: is no JSON`);
  }
}

function requireHeader(value: unknown, file: string): asserts value is RecordingHeader {
  const header = value as Partial<RecordingHeader> | null;
  if (typeof header !== 'object' || header?.guildhall !== 'recording') {
    throw new RecordingError(`${file}:1: is not the header of a recording`);
  }
  if (typeof header.version !== 'number' || header.version > RECORDING_VERSION) {
    throw new RecordingError(
      `${file}:1: version ${header.version} is not known here (${RECORDING_VERSION} and older)`,
    );
  }
}

/** What later versions add is left out. */
function isLine(value: unknown): value is RecordingLine {
  if (typeof value !== 'object' || value === null) return false;
  const { at, connection, kind } = value as Partial<RecordingLine>;
  return typeof at === 'number' && typeof connection === 'number' && KINDS.has(String(kind));
}
