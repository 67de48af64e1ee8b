/** What the opening handshake of RFC 6455, section 4, computes and says; its answer is read by {@link UpgradeResponseReader}. */

const KEY_BYTES = 16;
const KEY = /^[A-Za-z0-9+/]{22}==$/;
const ACCEPT_SUFFIX = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A fresh `Sec-WebSocket-Key`. */
export function newHandshakeKey(): string {
  return crypto().randomBytes(KEY_BYTES).toString('base64');
}

/** Whether a client's `Sec-WebSocket-Key` is one: 16 bytes in base64. */
export function isHandshakeKey(text: string): boolean {
  return KEY.test(text);
}

/** The `Sec-WebSocket-Accept` that answers a key. */
export function acceptOf(key: string): string {
  return crypto().hash('sha1', key + ACCEPT_SUFFIX, 'base64');
}

/** The client's request. `url` has been parsed, so nothing in it can break out of its line. */
export function upgradeRequest(url: URL, key: string): string {
  return (
    `GET ${url.pathname}${url.search} HTTP/1.1\r\n` +
    `Host: ${url.host}\r\n` +
    'Upgrade: websocket\r\n' +
    'Connection: Upgrade\r\n' +
    `Sec-WebSocket-Key: ${key}\r\n` +
    'Sec-WebSocket-Version: 13\r\n\r\n'
  );
}

/** The server's answer to a key: neither extensions nor a subprotocol. */
export function upgradeResponse(key: string): string {
  return (
    'HTTP/1.1 101 Switching Protocols\r\n' +
    'Upgrade: websocket\r\n' +
    'Connection: Upgrade\r\n' +
    `Sec-WebSocket-Accept: ${acceptOf(key)}\r\n\r\n`
  );
}

/** Loaded on first use, see `newMaskKey`. */
function crypto(): typeof import('node:crypto') {
  return process.getBuiltinModule('node:crypto');
}
