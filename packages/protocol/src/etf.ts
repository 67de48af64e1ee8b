/** What a client needs besides ./client.ts to speak ETF: most do not, and a process pays for each module that it loads. */
export { etfEncoding } from './encoding/encoding.ts';
export { EtfEnvelopeReader } from './envelope/etf-envelope-reader.ts';
export { EtfMessageEnd } from './transport/etf-message-end.ts';
