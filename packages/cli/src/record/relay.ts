import type { Duplex } from 'node:stream';
import {
  closePayload,
  type Encoding,
  type EncodingName,
  etfEncoding,
  FrameOpcode,
  FrameReader,
  frameHeadBytes,
  jsonEncoding,
  Opcode,
  SharedBody,
  serverFrame,
  type TransportName,
  WebSocketError,
  type WireFormat,
  wireFormat,
  writeFrameHead,
} from '@guildhall/protocol';
import type { RecordingLine } from './recording.ts';
import type { RecordingWriter } from './recording-writer.ts';
import type { Redaction } from './redaction.ts';
import { Upstream, type UpstreamEnd } from './upstream.ts';

/** What the bot asked for in the URL. */
export interface RelayTerms {
  readonly version: number;
  readonly encoding: EncodingName;
  readonly transport: TransportName;
}

export interface RelayParts {
  readonly writer: RecordingWriter;
  readonly redaction: Redaction;
  /** A URL of the recorder for a resume at that of the gateway. */
  readonly resumeUrl: (upstreamUrl: string) => string;
  /** The gateway has taken the upgrade: the bot's is to be answered. */
  readonly accept: () => void;
  /** It has not. */
  readonly refuse: (status: number) => void;
  readonly ended: () => void;
}

/** A bot's message; Discord takes 4,096 bytes, and is to say so itself. */
const MAX_BOT_MESSAGE_BYTES = 2 ** 20;
/** What may wait for the bot; beyond it the gateway is not read. */
const MAX_UNSENT_BYTES = 2 ** 20;
const UNDECODABLE = 4_002;
const PROTOCOL_ERROR = 1_002;
const CLOSE_DEADLINE_MS = 5_000;

interface GatewayMessage {
  readonly op: number;
  readonly s: number | null;
  readonly t: string | null;
  readonly d: unknown;
}

/** One connection of a bot, and that to the gateway which it stands for. */
export class Relay {
  readonly #number: number;
  readonly #terms: RelayTerms;
  readonly #parts: RelayParts;
  readonly #bot: Duplex;
  readonly #encoding: Encoding;
  readonly #upstream: Upstream;
  readonly #reader: FrameReader;
  #format: WireFormat;
  #hasSpoken = false;
  #isOver = false;
  #isPaused = false;

  /** @param upstreamUrl without query @param number of the connection in the recording */
  constructor(bot: Duplex, number: number, upstreamUrl: string, terms: RelayTerms, parts: RelayParts) {
    this.#bot = bot;
    this.#number = number;
    this.#terms = terms;
    this.#parts = parts;
    this.#encoding = terms.encoding === 'etf' ? etfEncoding() : jsonEncoding;
    this.#format = wireFormat(terms.encoding, terms.transport);
    this.#reader = new FrameReader(
      { role: 'server', maxMessageBytes: MAX_BOT_MESSAGE_BYTES },
      {
        message: (payload) => this.#onBotMessage(payload),
        ping: (payload) => void bot.write(serverFrame(FrameOpcode.PONG, payload)),
        pong: () => {},
        close: (code, reason) => this.#onBotClose(code, reason),
      },
    );
    this.#upstream = new Upstream(upstreamUrl, terms.version, {
      opened: () => this.#onOpened(),
      message: (text) => this.#onGatewayMessage(text),
      ended: (end) => this.#onGatewayEnd(end),
    });
    bot.on('error', () => bot.destroy());
    bot.on('end', () => bot.end());
    bot.on('close', () => this.#onBotGone());
  }

  /** The recorder stops. */
  close(): void {
    this.#upstream.close(1_001, '');
    this.#bot.end(serverFrame(FrameOpcode.CLOSE, closePayload(1_001)));
    this.#over();
  }

  #onOpened(): void {
    const { version, encoding, transport: compression } = this.#terms;
    this.#write({ kind: 'opened', version, encoding, compression });
    this.#parts.accept();
    this.#bot.on('data', (bytes: Buffer) => this.#onBotBytes(bytes));
  }

  #onBotBytes(bytes: Buffer): void {
    try {
      this.#reader.push(bytes);
    } catch (error) {
      if (!(error instanceof WebSocketError)) throw error;
      this.#failBot(PROTOCOL_ERROR);
    }
  }

  #onBotMessage(payload: Buffer): void {
    if (this.#isOver) return;
    const message = this.#decoded(payload);
    if (message === null) {
      this.#failBot(UNDECODABLE);
      return;
    }
    const d = this.#forGateway(message);
    this.#upstream.send(jsonEncoding.encode({ ...message, d }));
    const { redaction } = this.#parts;
    this.#write({ kind: 'sent', op: Number(message.op), d: redaction.redact(d) });
  }

  /** Null for what is no message. */
  #decoded(payload: Buffer): Partial<GatewayMessage> | null {
    try {
      const message = this.#encoding.decode(payload);
      return typeof message === 'object' ? message : null;
    } catch {
      return null;
    }
  }

  /** Of an Identify, `compress` is the recorder's to do; of it and of a Resume the token is nobody's to read. */
  #forGateway({ op, d }: Partial<GatewayMessage>): unknown {
    const isLogin = op === Opcode.IDENTIFY || op === Opcode.RESUME;
    if (!isLogin || typeof d !== 'object' || d === null) return d;
    const { compress, ...rest } = d as { readonly compress?: unknown; readonly token?: unknown };
    if (typeof rest.token === 'string') this.#parts.redaction.hide(rest.token);
    const { encoding, transport } = this.#terms;
    if (compress === true && encoding === 'json' && transport === 'none') {
      this.#format = wireFormat('json', 'zlib-payload');
    }
    return rest;
  }

  #onGatewayMessage(text: Buffer): void {
    let message: GatewayMessage;
    try {
      message = jsonEncoding.decode(text) as GatewayMessage;
    } catch {
      this.#upstream.destroy();
      return;
    }
    const { op, s = null, t = null, d } = message;
    this.#sendToBot(op, s, t, t === 'READY' ? this.#withOwnResumeUrl(d) : d);
    this.#write({ kind: 'received', op, s, t, d: this.#parts.redaction.redact(d) });
    this.#hold();
  }

  #withOwnResumeUrl(ready: unknown): unknown {
    if (typeof ready !== 'object' || ready === null || !('resume_gateway_url' in ready)) return ready;
    return { ...ready, resume_gateway_url: this.#parts.resumeUrl(String(ready.resume_gateway_url)) };
  }

  #sendToBot(op: number, s: number | null, t: string | null, d: unknown): void {
    const opening = this.#hasSpoken ? null : this.#format.opening;
    this.#hasSpoken = true;
    if (op === Opcode.DISPATCH && t !== null && s !== null) {
      this.#bot.write(this.#dispatchFrame(t, s, d));
      return;
    }
    const { binary, payload } = this.#format.message({ t, s, op, d });
    const whole = opening === null ? payload : Buffer.concat([opening, payload]);
    this.#bot.write(serverFrame(binary ? FrameOpcode.BINARY : FrameOpcode.TEXT, whole));
  }

  #dispatchFrame(name: string, seq: number, d: unknown): Buffer {
    const format = this.#format;
    const body = new SharedBody(name, JSON.stringify(d));
    const size = format.dispatchBytes(body);
    const frame = Buffer.allocUnsafe(frameHeadBytes(size) + size);
    const opcode = format.isBinary(body) ? FrameOpcode.BINARY : FrameOpcode.TEXT;
    const at = writeFrameHead(frame, 0, opcode, size);
    format.writeDispatch(body, frame, at);
    format.setSeq(seq, body, frame, at);
    return frame;
  }

  /** Neither a slow bot nor a slow disk fills the memory: the gateway waits for them. */
  #hold(): void {
    const { writer } = this.#parts;
    if (this.#isPaused || this.#isOver) return;
    const release = () => {
      this.#isPaused = false;
      this.#upstream.resume();
      this.#hold();
    };
    if (writer.isFull) writer.onceDrained(release);
    else if (this.#bot.writableLength > MAX_UNSENT_BYTES) this.#bot.once('drain', release);
    else return;
    this.#isPaused = true;
    this.#upstream.pause();
  }

  #onGatewayEnd(end: UpstreamEnd): void {
    if (this.#isOver) return;
    if (end.kind === 'refused') {
      this.#write(end);
      this.#parts.refuse(end.status);
    } else {
      const { code, reason } = end;
      this.#write({ kind: 'closed', by: 'gateway', code, reason });
      if (code === null) this.#bot.destroy();
      else this.#endBot(code, reason);
    }
    this.#over();
  }

  #onBotClose(code: number | null, reason: string): void {
    if (this.#isOver) return;
    this.#write({ kind: 'closed', by: 'bot', code, reason });
    this.#upstream.close(code, reason);
    this.#endBot(code ?? 1_000, '');
    this.#over();
  }

  #onBotGone(): void {
    if (!this.#isOver) this.#write({ kind: 'closed', by: 'bot', code: null, reason: '' });
    this.#upstream.destroy();
    this.#over();
  }

  /** What cannot be read cannot be handed on either: the gateway hears that its client is gone. */
  #failBot(code: number): void {
    if (this.#isOver) return;
    this.#write({ kind: 'closed', by: 'gateway', code, reason: 'the recorder could not read the bot' });
    this.#upstream.destroy();
    this.#endBot(code, '');
    this.#over();
  }

  #endBot(code: number, reason: string): void {
    this.#bot.end(serverFrame(FrameOpcode.CLOSE, closePayload(code, reason)));
    const timer = setTimeout(() => this.#bot.destroy(), CLOSE_DEADLINE_MS);
    this.#bot.once('close', () => clearTimeout(timer));
  }

  #over(): void {
    if (this.#isOver) return;
    this.#isOver = true;
    this.#parts.ended();
  }

  #write(line: OwnLine): void {
    const { writer } = this.#parts;
    writer.write({ at: writer.now(), connection: this.#number, ...line });
  }
}

type OwnLine = RecordingLine extends infer Line
  ? Line extends RecordingLine
    ? Omit<Line, 'at' | 'connection'>
    : never
  : never;
