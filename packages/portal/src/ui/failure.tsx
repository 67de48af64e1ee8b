import type { Resource } from '../state/resource.ts';

/** Why something could not be read, in the words of the API; nothing when it could. */
export function Failure({ of }: { readonly of: Resource<unknown> }) {
  return of.kind === 'failed' ? <p className="card-text card-warning">{of.message}</p> : null;
}
