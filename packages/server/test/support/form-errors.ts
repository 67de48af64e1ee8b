/** The leaves of a form error, each as `path CODE`. */
export function leaves(errors: Record<string, unknown>, path = ''): string[] {
  return Object.entries(errors).flatMap(([key, value]) =>
    key === '_errors'
      ? (value as { code: string }[]).map(({ code }) => `${path} ${code}`)
      : leaves(value as Record<string, unknown>, path === '' ? key : `${path}.${key}`),
  );
}
