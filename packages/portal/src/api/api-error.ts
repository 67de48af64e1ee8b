/** A refusal of the owner's API, in its own words. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly status: number;
  readonly code: number;
  /** By the path of the field, joined by dots. */
  readonly fields: ReadonlyMap<string, string>;

  constructor(status: number, body: unknown) {
    const { message, code, errors } = readBody(body);
    super(message ?? `The server answered with ${status}.`);
    this.status = status;
    this.code = code ?? 0;
    const fields = new Map<string, string>();
    collect(errors, [], fields);
    this.fields = fields;
  }
}

/** What to show of an error of any kind. */
export function messageOf(error: unknown): string {
  if (error instanceof ApiError) {
    const [field] = error.fields.values();
    return field ?? error.message;
  }
  if (error instanceof TypeError) return 'The server cannot be reached.';
  return error instanceof Error ? error.message : String(error);
}

function readBody(body: unknown): { message?: string; code?: number; errors?: unknown } {
  if (typeof body !== 'object' || body === null) return {};
  const { message, code, errors } = body as Record<string, unknown>;
  return {
    ...(typeof message === 'string' ? { message } : {}),
    ...(typeof code === 'number' ? { code } : {}),
    errors,
  };
}

/** Discord's tree: `_errors` at each leaf. */
function collect(tree: unknown, path: readonly string[], into: Map<string, string>): void {
  if (typeof tree !== 'object' || tree === null) return;
  for (const [key, value] of Object.entries(tree)) {
    if (key !== '_errors') collect(value, [...path, key], into);
    else if (Array.isArray(value)) into.set(path.join('.'), value.map(({ message }) => message).join(' '));
  }
}
