import { createDecoder, Opcode, type TransportName } from '@guildhall/protocol/client';
import type { Codec } from '../codec.ts';
import { Connection } from '../connection.ts';
import type { HttpProxy } from '../http-proxy.ts';
import { reasonText } from '../loss-error.ts';
import { connectionUrl } from '../payloads.ts';

export type ProbeResult =
  | { readonly type: 'greeted'; readonly afterMs: number }
  | { readonly type: 'failed'; readonly at: 'connecting' | 'upgrade' | 'greeting'; readonly why: string };

/** As the shards dial. */
export interface ProbeSettings {
  readonly transport: TransportName;
  readonly codec: Codec;
  readonly proxy: HttpProxy | null;
}

const MAX_HELLO_BYTES = 65_536;
const CLOSE_DEADLINE_MS = 1_000;
const NORMAL_CLOSURE = 1000;

/**
 * Knocks at the gateway: DNS, TCP, TLS, upgrade, HELLO, and out again. It does not identify, so it costs nothing.
 * @throws the signal's reason when it is aborted
 */
export async function probeGateway(
  gatewayUrl: string,
  { transport, codec, proxy }: ProbeSettings,
  { signal, deadlineMs }: { readonly signal: AbortSignal; readonly deadlineMs: number },
): Promise<ProbeResult> {
  signal.throwIfAborted();
  const startedAtMs = performance.now();
  const result = Promise.withResolvers<ProbeResult>();
  let at: Extract<ProbeResult, { type: 'failed' }>['at'] = 'connecting';
  const fail = (why: string): void => result.resolve({ type: 'failed', at, why });
  const decoder = createDecoder(transport, {
    maxMessageBytes: MAX_HELLO_BYTES,
    messageEnd: codec.messageEnd(),
  });
  const { envelope } = codec;
  const connection = new Connection(
    connectionUrl(gatewayUrl, codec.name, transport),
    { maxMessageBytes: MAX_HELLO_BYTES, closeDeadlineMs: CLOSE_DEADLINE_MS, proxy },
    {
      connected: () => {
        at = 'upgrade';
      },
      opened: () => {
        at = 'greeting';
      },
      received: () => {},
      sent: () => {},
      message: (payload, binary) => {
        try {
          const message = decoder.push(payload, binary);
          if (message === null) return;
          envelope.read(message);
        } catch {
          fail('what came is no gateway message');
          return;
        }
        if (envelope.op === Opcode.HELLO) {
          result.resolve({ type: 'greeted', afterMs: performance.now() - startedAtMs });
        }
      },
      lost: (code, reason) =>
        fail(reasonText(reason) ?? (code === null ? 'the connection broke' : `close code ${code}`)),
    },
  );
  const timer = setTimeout(() => fail(`no answer within ${deadlineMs} ms`), deadlineMs);
  const onAbort = (): void => result.reject(signal.reason);
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    return await result.promise;
  } finally {
    clearTimeout(timer);
    signal.removeEventListener('abort', onAbort);
    connection.abandon(NORMAL_CLOSURE);
    await connection.gone;
    decoder.close();
  }
}
