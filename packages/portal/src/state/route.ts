import { Store } from './store.ts';

export type View = 'applications' | 'sessions' | 'chat' | 'world' | 'metrics';

/** `#/view/first/second/third` */
export interface Route {
  readonly view: View;
  readonly first: string | null;
  readonly second: string | null;
  readonly third: string | null;
}

export const VIEWS: readonly View[] = ['applications', 'sessions', 'chat', 'world', 'metrics'];

export const route = new Store<Route>(parse(location.hash));

window.addEventListener('hashchange', () => route.set(parse(location.hash)));

export function hrefOf(view: View, ...rest: readonly string[]): string {
  return `#/${[view, ...rest].map(encodeURIComponent).join('/')}`;
}

export function go(view: View, ...rest: readonly string[]): void {
  location.hash = hrefOf(view, ...rest);
}

/** Without a step in the history. */
export function replace(view: View, ...rest: readonly string[]): void {
  history.replaceState(null, '', hrefOf(view, ...rest));
  route.set(parse(location.hash));
}

function parse(hash: string): Route {
  const [name, first, second, third] = hash.replace(/^#\/?/, '').split('/').map(decode);
  const view = VIEWS.find((known) => known === name) ?? 'applications';
  return { view, first: first || null, second: second || null, third: third || null };
}

/** The address bar is anybody's to write in. */
function decode(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
