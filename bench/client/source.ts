/** What the clients hear: a recording, as fast as it is taken, or so many events a second. */
import type { Duplex } from 'node:stream';
import type { KeyPair } from '@guildhall/server';
import { serveParent } from '../harness/child.ts';
import { type Addresses, FakeDiscord } from '../harness/fake-discord.ts';
import type { Compression } from '../harness/sync-codec.ts';
import { type Expectation, type Hearing, Recording } from './recording.ts';

type Request =
  | { readonly type: 'start'; readonly events: number; readonly tls: KeyPair | null }
  /** The next events of each connection that identified with this token. */
  | {
      readonly type: 'play';
      readonly token: string;
      readonly events: number;
      readonly perSecond: number | null;
    }
  /** What these events will come to. */
  | {
      readonly type: 'expectation';
      readonly token: string;
      readonly events: number;
      readonly hearing: Hearing;
      readonly compression: Compression;
    }
  | { readonly type: 'look'; readonly compression: Compression };

interface Playing {
  readonly compression: Compression;
  readonly sockets: Duplex[];
  played: number;
}

const MS_PER_S = 1_000;
const recordings = new Map<Compression, Recording>();
const listeners = new Map<string, Playing>();

serveParent(async (request: Request): Promise<object> => {
  switch (request.type) {
    case 'start':
      return (await start(request.events, request.tls)) satisfies Addresses;
    case 'look': {
      const { textBytes, wireBytes } = recordingOf(request.compression);
      return { textBytes, wireBytes };
    }
    case 'expectation': {
      const { compression, played } = listenerOf(request.token);
      // Some go on without when they do not find their inflater.
      if (compression !== request.compression) throw new Error(`${request.token} asked for ${compression}`);
      const expectation = recordingOf(compression).expectation(played, request.events, request.hearing);
      return expectation satisfies Expectation;
    }
    case 'play': {
      const listener = listenerOf(request.token);
      const frames = recordingOf(listener.compression).frames(listener.played, request.events);
      listener.played += request.events;
      const { perSecond } = request;
      const data = Buffer.concat(frames);
      const play = (socket: Duplex): Promise<void> =>
        perSecond === null ? written(socket, data) : pace(socket, frames, MS_PER_S / perSecond);
      await Promise.all(listener.sockets.map(play));
      return {};
    }
  }
});

function start(events: number, tls: KeyPair | null): Promise<Addresses> {
  const discord = new FakeDiscord({
    maxConcurrency: 1,
    ...(tls === null ? {} : { tls }),
    script: (compression, gatewayUrl) => {
      const recording = new Recording(compression, events, gatewayUrl);
      recordings.set(compression, recording);
      return recording;
    },
    identified: (token, { socket, compression }) => {
      const listener = listeners.get(token) ?? { compression, sockets: [], played: 0 };
      listener.sockets.push(socket);
      listeners.set(token, listener);
    },
  });
  return discord.start();
}

function listenerOf(token: string): Playing {
  const listener = listeners.get(token);
  if (listener === undefined) throw new Error(`nobody identified with ${token}`);
  return listener;
}

function recordingOf(compression: Compression): Recording {
  const recording = recordings.get(compression);
  if (recording === undefined) throw new Error(`nobody asked for ${compression}`);
  return recording;
}

function written(socket: Duplex, data: Buffer): Promise<void> {
  return new Promise((resolve) => socket.write(data, () => resolve()));
}

/** One write each, at even distances: this process has a core of its own and may spin. */
async function pace(socket: Duplex, frames: readonly Buffer[], intervalMs: number): Promise<void> {
  const startedMs = performance.now();
  for (const [index, data] of frames.entries()) {
    while (performance.now() - startedMs < index * intervalMs) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    socket.write(data);
  }
}
