import { FrameOpcode, serverFrame, type WireFormat } from '@guildhall/protocol';

/**
 * Frames of everything that is no dispatch (Hello, heartbeat acknowledgements, op 7, op 9). There are few different
 * ones, the same for all connections of a format: each is made once.
 */
export class ControlFrames {
  readonly #frames = new Map<WireFormat, Map<string, Buffer>>();

  /** @param isFirst of its connection, and so to open the stream */
  frame(format: WireFormat, op: number, d: unknown, isFirst: boolean): Buffer {
    let frames = this.#frames.get(format);
    if (frames === undefined) {
      frames = new Map();
      this.#frames.set(format, frames);
    }
    const key = `${isFirst}:${op}:${JSON.stringify(d)}`;
    let frame = frames.get(key);
    if (frame === undefined) {
      frame = makeFrame(format, { t: null, s: null, op, d }, isFirst);
      frames.set(key, frame);
    }
    return frame;
  }
}

function makeFrame(format: WireFormat, value: object, isFirst: boolean): Buffer {
  const { binary, payload } = format.message(value);
  return serverFrame(
    binary ? FrameOpcode.BINARY : FrameOpcode.TEXT,
    isFirst ? Buffer.concat([format.opening, payload]) : payload,
  );
}
