/**
 * Forms: bodies of `multipart/form-data`, and of `application/x-www-form-urlencoded` where the former are read. What is in
 * `payload_json` (or in the other fields) becomes the body that a route's schema judges, and each file goes to the world's
 * file store as it comes, so that a request holds no more than a piece of it in memory.
 * A route takes files when its config says so: `config: { uploads: { maxFiles: 10 } }`.
 */
import { Busboy, type BusboyFileStream } from '@fastify/busboy';
import { parseLossless } from '@guildhall/protocol';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { ReceivedFile } from '../world/files.ts';
import type { World } from '../world/world.ts';
import { RestError } from './errors.ts';

/** A file as it came with a request. Unless a change keeps it, it is gone once the request has been answered. */
export interface Upload {
  /** Name of the form field, for example `files[0]`. */
  readonly field: string;
  /** As the client calls it, without folders; nothing else is known of it. */
  readonly filename: string;
  readonly file: ReceivedFile;
}

export interface UploadRule {
  readonly maxFiles: number;
  /** Of each file. Default: `limits.attachmentBytes` of the world. */
  readonly maxBytes?: number;
}

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether the route takes files. Default: it does not, and refuses multipart bodies. */
    uploads?: UploadRule;
  }
  interface FastifyRequest {
    /** Null unless the body was multipart. See {@link uploadsOf}. */
    receivedUploads: readonly Upload[] | null;
  }
}

const CONTENT_TYPE = 'multipart/form-data';
const PAYLOAD_FIELD = 'payload_json';
const MAX_FIELDS = 50;
const MAX_FIELD_BYTES = 1_048_576;
const MAX_HEADER_PAIRS = 20;
const MAX_HEADER_BYTES = 8_192;
const NO_UPLOADS: readonly Upload[] = [];

/** Adds the parser. Must come after the parsers of other bodies have been set. */
export function readMultipartBodies(app: FastifyInstance, world: World): void {
  app.decorateRequest('receivedUploads', null);
  app.addContentTypeParser(CONTENT_TYPE, async (request: FastifyRequest, payload: NodeJS.ReadableStream) => {
    const rule = request.routeOptions.config.uploads;
    if (rule === undefined) {
      payload.resume();
      throw jsonExpected();
    }
    const form = new MultipartForm(world, rule);
    try {
      return await form.read(request, payload);
    } finally {
      // Also when the body was refused: what had come by then is to be discarded.
      request.receivedUploads = await form.uploads();
    }
  });
  // Pycord writes its forms so when they hold no file.
  app.addContentTypeParser(
    'application/x-www-form-urlencoded',
    { parseAs: 'string' },
    async (request: FastifyRequest, text: string) => {
      if (text === '') return undefined;
      if (request.routeOptions.config.uploads === undefined) throw jsonExpected();
      return bodyOf(new Map(new URLSearchParams(text)));
    },
  );
  app.addHook('onResponse', async (request) => {
    const uploads = uploadsOf(request);
    if (uploads.length > 0) await world.files.discard(uploads.map(({ file }) => file));
  });
}

/** Files of the request, in the order of the body; none for any other body. */
export function uploadsOf(request: FastifyRequest): readonly Upload[] {
  return request.receivedUploads ?? NO_UPLOADS;
}

class MultipartForm {
  readonly #world: World;
  readonly #rule: UploadRule;
  readonly #fields = new Map<string, string>();
  readonly #receiving: Promise<Upload>[] = [];

  constructor(world: World, rule: UploadRule) {
    this.#world = world;
    this.#rule = rule;
  }

  /** @returns the body. @throws RestError 40005, 50035, 50109; WorldError when a file cannot be kept */
  async read(request: FastifyRequest, payload: NodeJS.ReadableStream): Promise<unknown> {
    const parser = this.#parser(request);
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const fail = (error: unknown) => reject(error);
    parser.on('field', (name, value, _nameTruncated, truncated) => {
      if (truncated) fail(RestError.of('TOO_LARGE'));
      else if (typeof name === 'string') this.#fields.set(name, value);
    });
    parser.on('file', (field, stream, filename) => {
      const received = this.#receive(field, filename, stream);
      this.#receiving.push(received);
      received.catch(fail);
    });
    parser.on('filesLimit', () => fail(tooMany(this.#rule.maxFiles)));
    parser.on('fieldsLimit', () => fail(RestError.of('TOO_LARGE')));
    parser.on('error', () => fail(malformed()));
    parser.on('finish', resolve);
    payload.on('error', fail);
    let hasEnded = false;
    payload.on('end', () => {
      hasEnded = true;
    });
    // A client that goes away in the middle of a file must not leave us waiting for the rest. One that has sent
    // everything may be done long before the file is on the disk.
    payload.on('close', () => {
      if (!hasEnded) fail(malformed());
    });
    payload.pipe(parser);
    try {
      await promise;
      await Promise.all(this.#receiving);
    } catch (error) {
      payload.unpipe(parser);
      parser.destroy();
      // Read and thrown away: a client that still sends would not see the answer otherwise.
      payload.resume();
      throw error;
    }
    return bodyOf(this.#fields);
  }

  /** The files that have come, in the order of the body, once none is under way any more. */
  async uploads(): Promise<readonly Upload[]> {
    const settled = await Promise.allSettled(this.#receiving);
    return settled.flatMap((result) => (result.status === 'fulfilled' ? [result.value] : []));
  }

  #parser(request: FastifyRequest) {
    try {
      return new Busboy({
        headers: { ...request.headers, 'content-type': request.headers['content-type'] ?? '' },
        isPartAFile: (_field, _type, filename) => filename !== undefined,
        limits: {
          files: this.#rule.maxFiles,
          fields: MAX_FIELDS,
          fieldSize: MAX_FIELD_BYTES,
          headerPairs: MAX_HEADER_PAIRS,
          headerSize: MAX_HEADER_BYTES,
        },
      });
    } catch {
      throw malformed();
    }
  }

  async #receive(field: string, filename: string, stream: BusboyFileStream): Promise<Upload> {
    const maxBytes = this.#rule.maxBytes ?? this.#world.limits.attachmentBytes;
    const file = await this.#world.files.receive(stream, maxBytes);
    return { field: String(field), filename: String(filename), file };
  }
}

/** The JSON that a form carries, or else its fields. @throws RestError 50109 */
function bodyOf(fields: ReadonlyMap<string, string>): unknown {
  const payload = fields.get(PAYLOAD_FIELD);
  if (payload === undefined) return Object.fromEntries(fields);
  try {
    return parseLossless(payload);
  } catch {
    throw RestError.of('INVALID_JSON');
  }
}

function jsonExpected(): RestError {
  return RestError.form({
    path: [],
    code: 'CONTENT_TYPE_INVALID',
    message: 'Expected "Content-Type" header to be one of {\'application/json\'}.',
  });
}

function malformed(): RestError {
  return RestError.form({
    path: [],
    code: 'MULTIPART_INVALID',
    message: 'The request body is not well-formed multipart/form-data.',
  });
}

function tooMany(maxFiles: number): RestError {
  return RestError.form({
    path: ['attachments'],
    code: 'BASE_TYPE_MAX_LENGTH',
    message: `Must be ${maxFiles} or fewer in length.`,
  });
}
