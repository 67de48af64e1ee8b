/** The named fields of a validated body, as far as they are there: what else came with it goes no further. */
export function pick<T extends object, K extends keyof T>(body: T, names: readonly K[]): Pick<T, K> {
  return Object.fromEntries(
    names.filter((name) => body[name] !== undefined).map((name) => [name, body[name]]),
  ) as unknown as Pick<T, K>;
}
