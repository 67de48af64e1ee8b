import { useEffect, useRef } from 'react';

/** What `?` lists. `keys` as they are pressed: one key, or two one after the other. */
export const SHORTCUTS: readonly { readonly keys: string; readonly does: string }[] = [
  { keys: '?', does: 'Show these shortcuts' },
  { keys: 'Ctrl K', does: 'Find a page, an application, a guild, a channel, a command' },
  { keys: 'g a', does: 'Go to the applications' },
  { keys: 'g s', does: 'Go to the sessions' },
  { keys: 'g c', does: 'Go to the chat' },
  { keys: 'g w', does: 'Go to the world' },
  { keys: 'g m', does: 'Go to the metrics' },
  { keys: 'n', does: 'New application, or guild (in World)' },
  { keys: '/', does: 'Filter sessions or members, or write a message' },
  { keys: 'Alt ↑', does: 'Move a role or a channel up, Alt ↓ down' },
  { keys: 'Esc', does: 'Close what is open' },
];

const CHORD_MS = 1_200;

let pending = '';
let pendingAtMs = 0;
const handlers = new Map<string, Set<() => void>>();

window.addEventListener('keydown', (event) => {
  if (event.defaultPrevented || event.repeat) return;
  const isPalette = (event.ctrlKey || event.metaKey) && event.key.toLowerCase() === 'k';
  if (isPalette) {
    event.preventDefault();
    run('Ctrl K');
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target) || isModal()) return;
  const now = performance.now();
  const chord = now - pendingAtMs < CHORD_MS ? `${pending} ${event.key}` : event.key;
  pending = event.key;
  pendingAtMs = now;
  if (run(chord) || (chord !== event.key && run(event.key))) {
    event.preventDefault();
    pending = '';
  }
});

/** While the component is there, and nobody writes and no dialog is open. */
export function useShortcut(keys: string, action: () => void): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    const handler = () => latest.current();
    const known = handlers.get(keys) ?? new Set();
    handlers.set(keys, known.add(handler));
    return () => {
      known.delete(handler);
    };
  }, [keys]);
}

function run(keys: string): boolean {
  const handler = [...(handlers.get(keys) ?? [])].at(-1);
  handler?.();
  return handler !== undefined;
}

function isTyping(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches('input, textarea, select, [contenteditable]');
}

function isModal(): boolean {
  return document.querySelector('dialog[open]') !== null;
}
