import { connect, type Socket, type TcpNetConnectOpts } from 'node:net';
import { destinationOf, serverName } from './tunnel.ts';

/**
 * Where every socket of the thread reads to. Data is handed over synchronously, one socket after the other, and
 * nobody keeps it; so one buffer serves them all, with TLS too, and an idle connection holds none.
 */
const READ_BUFFER_BYTES = 65_536;
const readBuffer: Buffer = Buffer.allocUnsafeSlow(READ_BUFFER_BYTES);

/**
 * Connects to the host of a `ws:` or `wss:` URL. What is written before the connection stands is sent then.
 * @param onBytes gets a view that is good during the call only; must not throw
 */
export function dial(url: URL, onBytes: (bytes: Buffer) => void): Socket {
  const { host, port, secure } = destinationOf(url);
  const options: TcpNetConnectOpts = {
    host,
    port,
    // Heartbeats, not probes of TCP, tell whether the connection lives; so keepAlive stays off.
    noDelay: true,
    onread: {
      buffer: readBuffer,
      callback: (byteLength) => {
        onBytes(readBuffer.subarray(0, byteLength));
        return true;
      },
    },
  };
  if (!secure) return connect(options);
  // Loaded on first use: half of what a small process pays for importing this package.
  const tls = process.getBuiltinModule('node:tls');
  return tls.connect({
    ...options,
    ALPNProtocols: ['http/1.1'],
    ...serverName(host),
  });
}
