/** HTTPS and wss: a second door to the same HTTP server. */
import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { createServer, type Server as TlsServer } from 'node:tls';
import { GuildhallOptionError } from '../option-error.ts';
import type { Logger } from '../world/logger.ts';
import type { KeyPair } from './certificate.ts';

export interface SecureListenerParts {
  /** Gets what comes out of the encryption, as if it had accepted it. */
  readonly http: Server;
  readonly host: string;
  readonly port: number;
  readonly pair: KeyPair;
  readonly log: Logger;
}

export interface SecureListener {
  readonly address: AddressInfo;
  /** Takes no more connections and cuts those that are left. For after the HTTP server has closed. */
  close(): Promise<void>;
}

const HANDSHAKE_TIMEOUT_MS = 10_000;

/**
 * Terminates TLS and hands the connections to an HTTP server: one world, one set of routes, two ports. It is a port of
 * its own, because clients with a fixed port want 443, and because many need the plain one at the same time.
 * @throws GuildhallOptionError for a pair that is none; the system's error when the port cannot be had
 */
export async function listenSecurely(parts: SecureListenerParts): Promise<SecureListener> {
  const { http, host, port, log } = parts;
  const server = createTlsServer(parts.pair);
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  server.on('secureConnection', (socket) => http.emit('connection', socket));
  // Most often a client that does not trust the certificate.
  server.on('tlsClientError', (error) => log.warn({ err: error }, 'a TLS handshake failed'));
  server.listen({ host, port });
  await once(server, 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string')
    throw new TypeError('the server does not listen on TCP');
  return {
    address,
    close: async () => {
      const closed = once(server, 'close');
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}

/** What OpenSSL says of a bad pair never quotes it. */
function createTlsServer(pair: KeyPair): TlsServer {
  try {
    return createServer({
      ...pair,
      // Who offers HTTP/2 beside it is told that it is not spoken here.
      ALPNProtocols: ['http/1.1'],
      handshakeTimeout: HANDSHAKE_TIMEOUT_MS,
      noDelay: true,
    });
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw new GuildhallOptionError('tls', 'a certificate and its key in PEM', why);
  }
}
